"""A study whose workers go wrong: it ends, ``failures`` says what happened, no finished run is lost or repeated."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from tests.endtoend.corpus import events, same_tables, trained_again, write_study

FAULTS = {"0": "kill", "1": "hang", "2": "raise", "3": "memory", "4": "nan"}
#: Fold: the error's type, what its text says, how often it was tried.
SAID = {
    0: ("WorkerDied", "signal 9 (SIGKILL", 2),
    1: ("WorkerTimeout", "longer than compute.timeout_s (12 s)", 2),
    2: ("ZeroDivisionError", "the plugin divides by zero", 1),
    3: ("OutOfMemoryError", "CUDA out of memory", 2),
    4: ("NonFiniteLossError", "loss of tones/loud is", 1),
}
CHANGES = {
    "folds: 2, seeds: 2": "folds: 5, seeds: 1",
    "trials: 3, batch: 2": "trials: 2, batch: 2",
    "workers: 1": "workers: 2",
}
TABLES = ("trials", "runs", "scores", "selections", "predictions", "cells")


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    return write_study(tmp_path_factory.mktemp("faults"), ("loud",), **CHANGES)


@pytest.fixture(scope="module")
def whole(study) -> Path:
    """The study without faults."""
    out = study.parent / "whole"
    done = run(study, out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def faulty(study) -> Path:
    """The study with a fault in the first trial of every fold."""
    out = study.parent / "faulty"
    done = run(study, out, faults=FAULTS)
    assert done.returncode == 10, done.stderr
    return out


def command(study: Path, out: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "tests.schedule.faulty_study",
        "study",
        "run",
        str(study),
        "--out",
        str(out),
        "--no-report",
    ]


def environment(faults: dict[str, str] | None = None, **more: str) -> dict[str, str]:
    return {**os.environ, "FAULTS": json.dumps(faults or {}), **more}


def run(study: Path, out: Path, *more: str, faults=None, **environ: str) -> subprocess.CompletedProcess[str]:
    arguments = [*command(study, out), "--set", "compute.timeout_s=12", *more]
    env = environment(faults, **environ)
    return subprocess.run(arguments, capture_output=True, text=True, timeout=200, env=env)


def table(out: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(out / "tables" / f"{name}.parquet")


@pytest.mark.parametrize("fold", SAID)
def test_failures_says_what_happened(faulty, fold) -> None:
    error_type, text, attempts = SAID[fold]
    failures = table(faulty, "failures")
    row = failures[failures.error_type == error_type]
    assert len(row) == 1
    assert text in row.error.iloc[0]
    assert row.attempts.iloc[0] == attempts
    trial = table(faulty, "trials").query("fold == @fold and number == 0").iloc[0]
    assert (trial.status, trial.error_type) == ("failed", error_type)


def test_only_the_units_with_faults_failed(faulty) -> None:
    trials = table(faulty, "trials")
    assert list(trials[trials.number == 1].status) == ["done"] * 5
    assert list(table(faulty, "runs").status) == ["done"] * 5
    assert table(faulty, "study").complete.all()
    assert trained_again(faulty) == set()


def test_the_others_are_as_they_would_have_been(faulty, whole) -> None:
    keep = ["fold", "number", "value", "params_lr"]
    left, right = (table(out, "trials").query("number == 1")[keep] for out in (faulty, whole))
    pd.testing.assert_frame_equal(left, right)


def test_failed_ones_are_tried_again_when_asked(study, faulty, whole) -> None:
    assert run(study, faulty, "--retry-failed").returncode == 0
    assert trained_again(faulty) == set()
    same_tables(whole, faulty, ("trials", "runs", "scores"))


def test_a_full_disk_loses_nothing_and_the_same_command_goes_on(study, whole) -> None:
    out = study.parent / "full"
    stopped = run(study, out, PAGES="6")
    assert stopped.returncode == 6, stopped.stderr
    assert "the disk is full; free some space and run the same command again" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    done = {key for key, what in events(out) if what == "done"}
    assert 0 < len(done) < 10
    assert run(study, out).returncode == 0
    assert trained_again(out) == set()
    same_tables(whole, out, TABLES)


def test_faults_that_pass_leave_no_trace_and_a_second_parent_is_refused(study, whole) -> None:
    out = study.parent / "two"
    env = environment({"0": "kill once", "1": "hang once", "3": "memory once"})
    arguments = [*command(study, out), "--set", "compute.timeout_s=12", "--json"]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env
    ) as first:
        assert first.stdout is not None
        for line in first.stdout:
            if json.loads(line)["event"] == "training_started":
                break
        second = run(study, out)
        assert second.returncode == 5
        assert f"another command (pid {first.pid} on " in second.stderr
        first.stdout.read()
    assert first.returncode == 0
    assert len(table(out, "failures")) == 0
    assert Counter(what for _, what in events(out))["lost"] >= 3
    same_tables(whole, out, TABLES)
    assert trained_again(out) == set()
