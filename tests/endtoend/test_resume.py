"""Kill it at any moment and run the same command again: the same tables, and nothing is trained twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from tests.endtoend.corpus import events, harness, same_tables, trained_again, write_study

TABLES = ("trials", "runs", "scores", "gains", "selections", "curves", "predictions", "cells")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("resume")


@pytest.fixture(scope="module")
def whole(place) -> Path:
    """A study that was never interrupted."""
    out = place / "whole"
    done = harness("study", "run", write_study(place, ("pitch", "loud")), "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def run_until(study: Path, out: Path, n_events: int, and_s: float, how: signal.Signals) -> bool:
    """Start the study, let it train for some events and seconds, and kill it; return whether it ended before."""
    command = [
        sys.executable,
        "-m",
        "harness.cli.main",
        "study",
        "run",
        str(study),
        "--out",
        str(out),
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            n_events -= json.loads(line)["event"].startswith("training_")
            if n_events <= 0:
                break
        time.sleep(and_s)
        ended = process.poll() is not None
        os.kill(process.pid, how)
        process.stdout.read()
        process.wait(timeout=60)
    return ended


def test_killed_five_times_and_the_same_tables(place, whole) -> None:
    study, out, rng = write_study(place, ("pitch", "loud")), place / "killed", random.Random(7)
    for _ in range(5):
        assert not run_until(study, out, rng.randint(1, 9), rng.uniform(0, 0.3), signal.SIGKILL)
    assert harness("study", "run", study, "--out", out).returncode == 0
    same_tables(whole, out, TABLES)
    assert trained_again(out) == set()
    assert sum(what == "started" for _, what in events(out)) > sum(what == "done" for _, what in events(out))


def test_first_ctrl_c_finishes_what_runs_and_the_tables_say_so(place, whole) -> None:
    study, out = write_study(place, ("pitch", "loud")), place / "interrupted"
    assert not run_until(study, out, 5, 0.0, signal.SIGINT)
    what = [w for _, w in events(out)]
    assert what.count("started") == what.count("done")
    row = pd.read_parquet(out / "tables" / "study.parquet").iloc[0]
    assert not row["complete"]
    assert row["n_cells_done"] < row["n_cells"]
    assert f"{row['n_cells_done']} of {row['n_cells']} cells" in (out / "report.html").read_text()[:4000]
    assert harness("study", "run", study, "--out", out).returncode == 0
    same_tables(whole, out, TABLES)
    assert trained_again(out) == set()


def test_running_a_finished_study_trains_nothing(place, whole) -> None:
    before = events(whole)
    assert harness("study", "run", write_study(place, ("pitch", "loud")), "--out", whole).returncode == 0
    assert events(whole) == before
