"""The measured tables of a small made-up study, as predictors get them: four tasks, singles and pairs, two folds.

Every column is there that the data dictionary (docs/reference/tables.md) names; numbers are drawn, not measured.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from harness.results.loader import frame_of
from harness.results.schemas import TABLES
from harness.results.writers import to_arrow

Rows = list[dict[str, Any]]
#: Task, its classes (``None``: regression), its number of clips.
TASKS: dict[str, tuple[tuple[str, ...] | None, int]] = {
    "birds/species": (("wren", "robin", "owl"), 60),
    "birds/alarm": (("no", "yes"), 60),
    "rooms/noise": (("wren", "fan"), 40),
    "rooms/echo": (None, 40),
}
FOLDS, STEPS = 2, tuple(range(10, 210, 10))
MEASURED = ("tasks", "clips", "labels", "cells", "runs", "selections", "scores", "curves", "probes")


def study_tables(seed: int = 0, probes: Sequence[str] = ()) -> dict[str, pd.DataFrame]:
    """Return the tables by name, with the dtypes that ``harness.load_study`` gives; ``probes`` names measurements."""
    rng = np.random.default_rng(seed)
    cells, runs = _cells(), list[dict[str, Any]]()
    for cell, fold in itertools.product(cells, range(FOLDS)):
        of_run = {
            "run_id": f"{cell['cell_id']}-{fold}",
            "attempts": 1,
            "steps": STEPS[-1],
            "params_lr": 0.001,
        }
        runs.append({"cell_id": cell["cell_id"], "fold": fold, "seed": 0, "status": "done"} | of_run)
    pairs = [
        (run, task)
        for run in runs
        for cell in cells
        if cell["cell_id"] == run["cell_id"]
        for task in cell["tasks"]
    ]
    rows = {
        "tasks": _tasks(), "clips": _clips(rng), "labels": _labels(rng), "cells": cells, "runs": runs,
        "selections": [_of(*pair) | _selection(pair[1]) for pair in pairs],
        "scores": [_of(*pair) | _score(rng) for pair in pairs],
        "curves": [_of(*pair) | point for pair in pairs for point in _curve(rng)],
        "probes": _probes(rng, probes),
    }  # fmt: skip
    found = {name: [row | {"study_id": "made-up"} for row in rows[name]] for name in MEASURED}
    return {name: frame_of(to_arrow(name, found[name])) for name in found}


def empty_tables(names: Sequence[str] = tuple(TABLES)) -> dict[str, pd.DataFrame]:
    """Return tables without rows."""
    return {name: frame_of(to_arrow(name, [])) for name in names}


def _tasks() -> Rows:
    return [
        {
            "task": task, "dataset": task.split("/")[0], "domain": "sound",
            "kind": "multiclass" if classes else "regression", "metric": "macro_f1" if classes else "spearman",
            "metric_direction": "max", "n_clips": n, "n_groups": n // 4,
            "classes": classes, "n_classes": classes and len(classes), "splits": "generated", "n_folds": FOLDS,
            "group_disjoint": True,
        }
        for task, (classes, n) in TASKS.items()
    ]  # fmt: skip


def _clips(rng: np.random.Generator) -> Rows:
    sizes = {task.split("/")[0]: n for task, (_, n) in TASKS.items()}
    return [
        {
            "dataset": dataset, "clip": f"{i:03}", "content_hash": f"{dataset}-{i}", "group": f"g{i // 4}",
            "duration_s": rng.uniform(0.5, 2.0), "sample_rate_hz": 16000.0, "bandwidth_hz": rng.uniform(2e3, 7e3),
            "snr_db": rng.normal(20, 5),
        }
        for dataset, n in sizes.items()
        for i in range(n)
    ]  # fmt: skip


def _labels(rng: np.random.Generator) -> Rows:
    return [
        {"task": task, "clip": f"{i:03}"} | _label(rng, classes)
        for task, (classes, n) in TASKS.items()
        for i in range(n)
    ]  # fmt: skip


def _label(rng: np.random.Generator, classes: tuple[str, ...] | None) -> dict[str, Any]:
    return {"label": str(rng.choice(classes))} if classes else {"value": rng.normal()}


def _cells() -> Rows:
    groups = [(task,) for task in TASKS] + list(itertools.combinations(TASKS, 2))
    return [
        {
            "cell_id": f"c{i}", "tasks": list(group), "group_size": len(group), "feature": "log_mel", "model": "cnn",
            "combiner": "sum" if len(group) > 1 else None, "placebo": False, "status": "done", "n_runs": FOLDS,
        }
        for i, group in enumerate(groups)
    ]  # fmt: skip


def _of(run: dict[str, Any], task: str) -> dict[str, Any]:
    return {"cell_id": run["cell_id"], "run_id": run["run_id"], "task": task}


def _selection(task: str) -> dict[str, Any]:
    steps = {"best_epoch": 9, "best_step": 180, "budget_steps": STEPS[-1], "stop_step": STEPS[-1]}
    return steps | {"n_train": TASKS[task][1] // 2, "n_validation": 5, "n_test": TASKS[task][1] // 4}


def _score(rng: np.random.Generator) -> dict[str, Any]:
    return {"split": "test", "metric": "macro_f1", "value": rng.uniform(0.5, 0.9)}


def _curve(rng: np.random.Generator) -> Rows:
    start, rate = rng.uniform(1, 2), rng.uniform(0.1, 0.3)
    return [
        {
            "split": split, "step": step, "epoch": step / 20, "metric": "loss",
            "value": start + level - rate * np.log(step),
        }
        for split, level in (("train", 0.0), ("validation", 0.1))
        for step in STEPS
    ]  # fmt: skip


def _probes(rng: np.random.Generator, names: Sequence[str]) -> Rows:
    return [
        {
            "probe": name, "main": a, "partner": b, "feature": "log_mel", "model": "cnn", "fold": fold, "seed": 0,
            "value": rng.normal(),
        }
        for name in names
        for a, b in itertools.permutations(TASKS, 2)
        for fold in range(FOLDS)
    ]  # fmt: skip
