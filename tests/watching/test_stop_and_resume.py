"""A real study is stopped from another process, and resumed without its study file."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.schedule.stopping import REQUEST
from harness.watching.events import EVENTS
from harness.watching.reader import read_snapshot
from tests.endtoend.corpus import same_tables, trained_again, write_study

TABLES = ("study", "cells", "trials", "runs", "scores", "gains")
SMALLER = {
    "trials: 3, batch: 2": "trials: 2, batch: 2",
    "placebo: {shuffled_partner: per_main}\n": "placebo: {shuffled_partner: none}\n",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("stop")


@pytest.fixture(scope="module")
def seen(place) -> list[dict]:
    """The events of a study that was stopped after its third training, and resumed without its file."""
    study, out = write_study(place, ("pitch", "loud"), **SMALLER), place / "out"
    lines = started(study, out)
    study.rename(place / "away.yaml")
    assert main(["study", "resume", str(out), "--no-report"]) == 0
    return lines


def started(study: Path, out: Path) -> list[dict]:
    """Start the study in a process of its own, stop it from this one, and return its events."""
    command = [sys.executable, "-m", "harness.cli.main", "study", "run", str(study), "--out", str(out)]
    with subprocess.Popen(
        [*command, "--json", "--no-report"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(json.loads(line))
            if sum(one["event"] == "training_ended" for one in lines) == 3:
                break
        assert read_snapshot(out).writer.startswith(f"pid {process.pid} on ")
        assert main(["study", "stop", str(out), "--wait"]) == 0
        lines += map(json.loads, process.stdout)
        assert process.wait(timeout=60) == 130
    snapshot = read_snapshot(out)
    assert not snapshot.running
    assert snapshot.phase == "stopped"
    assert 3 <= snapshot.trainings.done < snapshot.trainings.total == 18
    assert not list(out.glob(f"{REQUEST}*"))
    return lines


def test_what_was_stopped_and_resumed_is_whole(seen, place) -> None:
    snapshot = read_snapshot(place / "out")
    assert snapshot.phase == "finished"
    assert (snapshot.cells.done, snapshot.trials.done, snapshot.runs.done) == (3, 12, 12)
    assert snapshot.trainings.left == 0
    assert trained_again(place / "out") == set()


def test_the_tables_are_those_that_the_study_file_gives(seen, place) -> None:
    resumed = place / "resumed"
    shutil.copytree(place / "out" / "tables", resumed / "tables")
    (place / "away.yaml").rename(place / "study_2.yaml")
    run = ["study", "run", str(place / "study_2.yaml"), "--out", str(place / "out"), "--no-report"]
    assert main(run) == 0
    same_tables(resumed, place / "out", TABLES)
    assert trained_again(place / "out") == set()


def test_every_event_is_documented_and_has_its_fields(seen) -> None:
    for event in seen:
        EVENTS[event["event"]].model_validate_json(json.dumps(event))
    assert {"phase", "study_planned", "training_started", "training_ended", "stopping", "study_ended"} <= {
        event["event"] for event in seen
    }
    assert seen[-1]["event"] == "study_ended"
    assert not seen[-1]["complete"]


def test_nothing_is_running(seen, place, capsys) -> None:
    assert main(["study", "stop", str(place / "out")]) == 0
    assert "not running" in capsys.readouterr().out
    assert not list((place / "out").glob(f"{REQUEST}*"))
