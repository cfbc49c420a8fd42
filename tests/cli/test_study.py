"""``harness study``: what reaches the functions behind it, and what is shown."""

import json
from pathlib import Path

import pytest

STUDY = """study: small
tasks: [x/a, x/b]
datasets: [{as: x, use: folder, path: p, tasks: {a: binary, b: binary}}]
"""


@pytest.fixture
def study_file(tmp_path, monkeypatch):
    """A study file that the real registry understands."""
    file = tmp_path / "study.yaml"
    file.write_text(STUDY)
    monkeypatch.chdir(tmp_path)
    return file


@pytest.fixture
def ran(monkeypatch):
    """Record what ``run`` asks for instead of running it."""
    calls = []

    def run_study(config, **options):
        calls.append((config, options))
        return 10

    monkeypatch.setattr("harness.schedule.run.run_study", run_study)
    return calls


def test_validate_says_what_is_in_the_study(command, study_file):
    ended = command("study", "validate", study_file)
    assert ended.code == 0
    assert "valid. 2 tasks, 1 data set, 1 feature, 1 model, 1 combiner" in ended.out
    assert ended.err == ""


def test_validate_shows_every_mistake_on_standard_error(command, study_file):
    study_file.write_text(study_file.read_text() + "epochs: 3\ntuning: {trials: 0}\n")
    ended = command("study", "validate", study_file, "--set", "seed=x")
    assert (ended.code, ended.out) == (2, "")
    places = [line.split(": ")[0] for line in ended.err.splitlines()]
    assert places == [f"{study_file}:4:1", f"{study_file}:5:18", "--set seed=x"]


def test_validate_as_json(command, study_file):
    ended = command("study", "validate", study_file, "--json")
    valid = json.loads(ended.out)
    assert valid["valid"]
    assert valid["config"]["study"] == "small"
    ended = command("study", "validate", study_file, "--set", "seed=x", "--json")
    assert ended.code == 2
    assert json.loads(ended.out) == {
        "valid": False,
        "problems": [
            {
                "source": "--set seed=x",
                "line": None,
                "column": None,
                "message": 'seed: found "x", expected an integer',
            }
        ],
    }


def test_missing_file(command, tmp_path):
    ended = command("study", "validate", tmp_path / "none.yaml")
    assert ended.code == 2
    assert ended.err.endswith("none.yaml: no such file\n")


def test_run_hands_everything_on(command, study_file, ran, tmp_path):
    ended = command(
        "study", "run", study_file, "--set", "seed=3", "--set", "training.epochs=2",
        "--out", "there", "--data-root", tmp_path, "--workers", "2", "--json",
    )  # fmt: skip
    assert ended.code == 10, "the exit code is the function's"
    ((config, options),) = ran
    assert (config.seed, config.training.epochs, config.compute.workers) == (3, 2, 2)
    assert config.data.root == tmp_path
    asked = {"events": True, "retry_failed": False, "report": True}
    assert options == {"study_file": study_file, "out": Path("there")} | asked


def test_run_without_options(command, study_file, ran):
    command("study", "run", study_file)
    ((config, options),) = ran
    assert (config.compute.workers, options["out"], options["events"]) == ("auto", None, False)


def test_run_refuses_no_workers(command, study_file, ran):
    assert command("study", "run", study_file, "--workers", "0").code == 2
    assert ran == []


def test_plan_as_json_and_as_tables(command, study_file, monkeypatch):
    rows = [{"tasks": ["x/a", "x/b"], "combiner": None, "placebo": False, "trials": 8, "estimate_s": 75.0}]
    planned = {"study": "small", "n_cells": 1, "estimate_s": 3900.0, "cells": rows}
    asked = []

    def describe_plan(config, **options):
        asked.append(options)
        return planned

    monkeypatch.setattr("harness.schedule.plan.describe_plan", describe_plan)
    assert json.loads(command("study", "plan", study_file, "--json").out) == planned
    shown = command("study", "plan", study_file, "--out", "there").out
    assert asked == [
        {"out": None, "study_file": study_file},
        {"out": Path("there"), "study_file": study_file},
    ]
    assert "1 h 05 min" in shown
    assert "1 min 15 s" in shown
    assert "x/a + x/b" in shown


def test_status_as_json_and_as_tables(command, monkeypatch, tmp_path):
    found = {
        "study": "small",
        "done": 3,
        "left_s": None,
        "running_now": [{"key": "[k]", "for_s": 1.5}],
        "pending": [],
    }
    monkeypatch.setattr(
        "harness.schedule.status.study_status", lambda directory: found | {"directory": str(directory)}
    )
    ended = command("study", "status", tmp_path, "--json")
    assert json.loads(ended.out) == found | {"directory": str(tmp_path)}
    shown = command("study", "status", tmp_path).out
    assert "[k]" in shown
    assert "1.5 s" in shown


def test_report_says_where_it_is(command, monkeypatch, tmp_path):
    monkeypatch.setattr("harness.report.html.write_report", lambda directory: directory / "report.html")
    assert command("study", "report", tmp_path).out == f"{tmp_path / 'report.html'}\n"
