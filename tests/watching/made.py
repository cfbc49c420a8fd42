"""A ledger made by hand: two tasks alone and together, one search each, in one fold with two seeds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.schedule.directory import open_study
from harness.schedule.ledger import Ledger
from harness.schedule.stopping import Command

#: Cell: its tasks.
CELLS = {"one": ["d/a"], "two": ["d/b"], "both": ["d/a", "d/b"], "fake": ["d/a", "d/b"]}


def plan(trials: int = 2, seeds: int = 2) -> dict[str, Any]:
    """The plan of the study; ``d/b`` is judged by an error, of which less is better."""
    cells = [
        {
            "id": name,
            "tasks": tasks,
            "feature": "log_mel",
            "model": "cnn",
            "combiner": "sum" if len(tasks) > 1 else None,
            "placebo": name == "fake",
            "matched": False,
            "folds": 1,
        }
        for name, tasks in CELLS.items()
    ]
    judged = {"d/a": {"metric": "macro_f1", "sign": 1}, "d/b": {"metric": "mae", "sign": -1}}
    return {"trials": trials, "seeds": seeds, "nested": True, "shared": 1, "tasks": judged, "cells": cells}


@contextmanager
def study(directory: Path, *, command: bool = True, **changes: int) -> Iterator[Ledger]:
    """The open ledger of a study that is being trained by this process."""
    with open_study("made", directory) as ledger:
        ledger.set_meta("plan_json", json.dumps(plan(**changes)))
        ledger.set_meta("phase", "training")
        if command:
            ledger.set_meta("command_json", Command.this().to_json())
        ledger.begin_command(2)
        yield ledger


def search(ledger: Ledger, cell: str, *, trials: int = 2) -> list[str]:
    """Open a cell's search and ask for its trials; return their trainings' keys."""
    ledger.watched.opened(f"s-{cell}", cell, 0)
    keys = [f"{cell}-{number}" for number in range(trials)]
    for key in keys:
        ledger.add_training(key, unit(cell))
    ledger.add_trials(f"s-{cell}", cell, 0, [(n, 0, {}, key) for n, key in enumerate(keys)])
    return keys


def unit(cell: str) -> dict[str, Any]:
    """What a worker is given, as far as watching reads it."""
    return {"cell": cell, "data": {"tasks": CELLS[cell], "fold": 0}}


def end(ledger: Ledger, key: str, seconds: float = 2.0, **scores: float) -> None:
    """A training is done, with its test scores."""
    metric = {"a": "macro_f1", "b": "mae"}
    rows = [
        {"task": f"d/{task}", "split": "test", "metric": metric[task], "label": None, "value": value}
        for task, value in scores.items()
    ]
    ledger.start(key, "pid 7")
    ledger.finish(key, {"objective": 0.5, "busy_s": seconds, "wall_time_s": seconds, "scores": rows})


def runs(ledger: Ledger, cell: str, *keys: str) -> None:
    """Point the cell's final runs, a seed each, at trainings."""
    for seed, key in enumerate(keys):
        ledger.add_training(key, unit(cell))
        ledger.set_run(f"{cell}-run-{seed}", cell, 0, seed, {}, key)


def whole(ledger: Ledger, cell: str, *scores: dict[str, float], seconds: float = 2.0) -> None:
    """A cell with everything: two trials, the better of which is the first run, and a second run."""
    first, second = search(ledger, cell)
    end(ledger, first, seconds, **scores[0])
    end(ledger, second, seconds)
    runs(ledger, cell, first, f"{cell}-seed-1")
    end(ledger, f"{cell}-seed-1", seconds, **scores[1])
    ledger.watched.complete(cell, 0)
