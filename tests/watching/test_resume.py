"""What ``harness study resume`` starts again: the study as its directory knows it."""

import json
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.config import load_study_file
from harness.schedule.directory import open_study
from harness.schedule.stopping import Command

STUDY = """study: small
tasks: [x/a, x/b]
datasets: [{as: x, use: folder, path: p, tasks: {a: binary, b: {kind: binary, group: "naïve 🎵"}}}]
tuning: {space: {lr: {log: [1e-5, 1e-2]}}}
features: [{name: log_mel, as: mel, n_mels: 24}]
"""


@pytest.fixture
def ran(monkeypatch) -> list[tuple]:
    """What would have been run."""
    calls: list[tuple] = []
    monkeypatch.setattr(
        "harness.schedule.run.run_study", lambda config, **options: calls.append((config, options)) or 10
    )
    return calls


@pytest.fixture
def started(tmp_path, monkeypatch) -> tuple[Path, object]:
    """A study that was started in another folder, with an override; its file is gone."""
    there = tmp_path / "there"
    there.mkdir()
    monkeypatch.chdir(there)
    file = there / "study.yaml"
    file.write_text(STUDY)
    config = load_study_file(file, ["training.epochs=7", "compute.workers=3"])
    with open_study("small", tmp_path / "out") as ledger:
        ledger.set_meta("config_json", json.dumps(config.to_resolved_dict()))
        ledger.set_meta("study_file", str(file))
        ledger.set_meta("command_json", Command.this().to_json())
    file.unlink()
    return tmp_path / "out", config


def test_the_study_is_the_one_that_was_started(started, ran, capsys) -> None:
    directory, config = started
    assert main(["study", "resume", str(directory), "--retry-failed", "--no-report", "--json"]) == 10
    ((found, options),) = ran
    assert found == config
    asked = {"events": True, "retry_failed": True, "report": False}
    assert options == asked | {"study_file": Path.cwd() / "study.yaml", "out": directory}
    assert "study small: nothing is planned yet" in capsys.readouterr().err


def test_from_another_folder_relative_paths_start_where_they_did(started, ran, tmp_path, monkeypatch) -> None:
    directory, config = started
    monkeypatch.chdir(tmp_path)
    main(["study", "resume", str(directory)])
    main(["study", "resume", str(directory), "--data-root", str(tmp_path), "--workers", "5"])
    (first, _), (second, _) = ran
    assert first.data.root == tmp_path / "there"
    assert first.model_copy(update={"data": config.data}) == config
    assert (second.data.root, second.compute.workers) == (tmp_path, 5)


def test_a_component_that_is_gone_is_named_with_the_study(started, ran, capsys) -> None:
    directory, config = started
    with open_study("small", directory) as ledger:
        gone = config.to_resolved_dict() | {"models": [{"name": "cnnn"}]}
        ledger.set_meta("config_json", json.dumps(gone))
    assert main(["study", "resume", str(directory)]) == 2
    text = capsys.readouterr().err
    assert f"the study of {directory}:" in text
    assert "did you mean 'cnn'" in text
    assert ran == []


def test_a_study_that_was_never_started(tmp_path, ran, capsys) -> None:
    with open_study("small", tmp_path / "out"):
        pass
    assert main(["study", "resume", str(tmp_path / "out")]) == 6
    assert "never started" in capsys.readouterr().err
