"""The command ``python -m benchmarks``."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import available, main


def test_every_module_with_run_is_a_benchmark_with_a_line_about_it():
    found = available()
    assert "results" not in found
    assert all(line.endswith(".") for line in found.values())


def test_help_teaches(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for name in available():
        assert name in text
    assert "examples:" in text


def test_an_unknown_name_is_answered_with_what_there_is(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["nonsense"])
    assert ended.value.code == 2
    assert "unknown benchmark nonsense; there are:" in capsys.readouterr().err
