"""A Ray worker without Ray: what it does is plain Python."""

import json
import os
import time
from pathlib import Path

import pytest

from harness.schedule.ray_work import KEPT_S, Worker

HERE = "tests.schedule.test_ray_work"


def remember(unit: dict, context: dict) -> dict:
    """Leave a checkpoint, as a training does."""
    folder = Path(context["checkpoints"]) / unit["key"]
    folder.mkdir(parents=True)
    broken = unit.get("broken", False)
    return {"where": str(folder), "stop_epoch": unit.get("stop_epoch"), "broken": broken}


def warm_up(context: dict) -> None:
    """Leave a trace."""
    (Path(context["checkpoints"]) / "warm").touch()


def worker(tmp_path: Path, **changes) -> tuple[Worker, dict]:
    """Return a worker that said hello, and what it said."""
    (tmp_path / "study").mkdir(exist_ok=True)
    (tmp_path / "study" / ".mark").touch()
    setup = {
        "function": f"{HERE}:remember",
        "context": {"checkpoints": str(tmp_path / "study")},
        "threads": 1,
        "transfer": "auto",
        "cache_dir": str(tmp_path / "node"),
        "mark": ".mark",
    }
    made = Worker(json.dumps(setup | changes).encode(), None)
    return made, json.loads(made.hello())


def work(made: Worker, unit: dict) -> dict:
    """Return the outcome of a unit, with what else the worker says."""
    answer = json.loads(made.work(json.dumps(unit).encode()))
    return {**answer.pop("outcome"), **answer}


def test_hello_says_who_it_is(tmp_path) -> None:
    _, hello = worker(tmp_path)
    assert (hello["pid"], hello["shared"]) == (os.getpid(), True)
    assert {"numerics", "mtl-harness", "torch"} <= hello["versions"].keys()


def test_hello_warms_up(tmp_path) -> None:
    worker(tmp_path)
    assert (tmp_path / "study" / "warm").exists()


def test_a_broken_device_makes_the_worker_useless(tmp_path) -> None:
    made, _ = worker(tmp_path)
    assert work(made, {"key": "a"})["usable"] is True
    assert work(made, {"key": "b", "broken": True})["usable"] is False


def test_hello_says_what_cannot_be_loaded(tmp_path) -> None:
    _, hello = worker(tmp_path, function="no.such.module:work")
    assert "ModuleNotFoundError" in hello["error"]


def test_checkpoints_go_to_the_study_where_the_node_sees_it(tmp_path) -> None:
    made, _ = worker(tmp_path)
    assert work(made, {"key": "a"})["result"]["where"] == str(tmp_path / "study" / "a")
    assert (tmp_path / "study" / "a").exists()  # the parent removes it once the result is in the ledger


def test_else_they_stay_on_the_node_until_the_training_is_done(tmp_path) -> None:
    made, hello = worker(tmp_path, mark=".another")
    own = tmp_path / "node" / "checkpoints"
    assert hello["shared"] is False
    assert work(made, {"key": "a"})["result"]["where"] == str(own / "a")
    assert not (own / "a").exists()
    work(made, {"key": "rung", "stop_epoch": 3})
    assert (own / "rung").exists()


def test_what_nobody_came_back_for_is_removed(tmp_path) -> None:
    own = tmp_path / "node" / "checkpoints"
    for name in ("old", "new"):
        (own / name).mkdir(parents=True)
    os.utime(own / "old", times=(time.time() - KEPT_S - 60,) * 2)
    worker(tmp_path, mark=".another")
    assert sorted(path.name for path in own.iterdir()) == ["new", "warm"]


def test_an_error_is_an_outcome(tmp_path) -> None:
    made, _ = worker(tmp_path)
    answer = work(made, {"key": "b"})
    assert answer["status"] == "done"
    again = work(made, {"key": "b"})
    assert (again["status"], again["error_type"]) == ("failed", "FileExistsError")
    assert "remember" in again["traceback"]


def test_missing_data_blame_the_node(tmp_path) -> None:
    made, _ = worker(tmp_path, transfer="shared")
    path = "/no/such/folder"
    unit = {"key": "a", "data": {"banks": {"tones": path}}, "folders": {path: {"index.json": 2}}}
    answer = work(made, unit)
    assert (answer["status"], answer["error_type"]) == ("lost", "DataError")
    assert path in answer["blame"]


@pytest.fixture(autouse=True)
def _same_threads(monkeypatch) -> None:
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
