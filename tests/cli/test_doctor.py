"""``harness doctor``: lines for people, JSON for scripts, and an exit code."""

from __future__ import annotations

import json

from harness.cli.main import main


def test_lines_and_exit_code_zero(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    assert main(["doctor", "--no-self-test", "--out", str(tmp_path / "runs")]) == 0
    out = capsys.readouterr().out
    assert "torchjd" in out
    assert "nothing here stops a study" in out


def test_a_problem_is_exit_code_one_and_json_has_it(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    arguments = ["doctor", "--no-self-test", "--json", "--data-root", str(tmp_path / "none")]
    assert main([*arguments, "--out", str(tmp_path)]) == 1
    found = {finding["check"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert found["data root"]["status"] == "problem"
    assert found["data root"]["advice"].startswith("give the folder")
