"""The synthetic study's tables of data, tuning and failures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from tests.results.synthetic import SyntheticTask

RATES = {"notes": 48000.0, "speech": 22050.0, "percussion": 48000.0, "scenes": 44100.0, "coughs": 16000.0}


def study(cells: pd.DataFrame, started: pd.Timestamp) -> pd.DataFrame:
    """The one row of ``study``."""
    done = int((cells["status"] == "done").sum())
    config = {
        "study": "synthetic",
        "seed": 0,
        "tasks": sorted({task for tasks in cells["tasks"] for task in tasks}),
        "features": [{"name": "log_mel", "as": "log_mel"}],
        "models": [{"name": name, "as": name} for name in cells["model"].unique()],
        "combiners": [{"name": name, "as": name} for name in cells["combiner"].dropna().unique()],
        "tuning": {"trials": 4},
        "analysis": {"rope": 0.01, "confidence": 0.95, "predictors": ["bingel", "audio"]},
    }
    complete = done == len(cells)
    return pd.DataFrame(
        [
            {
                "name": "synthetic", "n_cells": len(cells), "n_cells_done": done, "complete": complete,
                "harness_version": "0.1.0", "versions": '{"python":"3.11.7","torch":"2.9.0"}',
                "git_commit": None, "git_dirty": None,
                "host": "laboratory", "device": "cpu", "started_at_utc": started,
                "finished_at_utc": started + pd.Timedelta(hours=1) if complete else None,
                "config_json": json.dumps(config),
            }
        ]
    )  # fmt: skip


def tasks(found: Sequence[SyntheticTask], clips: pd.DataFrame, folds: int) -> pd.DataFrame:
    """The table ``tasks``."""
    groups = clips.groupby("dataset")["group"].nunique()
    return pd.DataFrame(
        {
            "task": task.name, "dataset": task.dataset, "kind": task.kind, "metric": task.metric,
            "metric_direction": task.direction, "metrics": [task.metric, *(["accuracy"] if task.classes else [])],
            "metrics_direction": [task.direction, *(["max"] if task.classes else [])],
            "metrics_best": [1.0 if task.direction == "max" else 0.0, *([1.0] if task.classes else [])],
            "n_classes": task.n_classes, "classes": task.classes,
            "n_clips": task.n_clips, "n_groups": groups[task.dataset],
            "splits": "official" if task.fixed else "generated", "n_folds": 1 if task.fixed else folds,
            "group_disjoint": True, "licence": "CC0-1.0", "citation": "Synthetic (2026)",
            "data_hash": f"hash-{task.dataset}",
        }
        for task in found
    )  # fmt: skip


def clips(found: Sequence[SyntheticTask], generator: np.random.Generator) -> pd.DataFrame:
    """The table ``clips``: clips of a data set differ in duration, bandwidth and noise."""
    frames = []
    for dataset, n in {task.dataset: task.n_clips for task in found}.items():
        rate = RATES[dataset]
        frames.append(
            pd.DataFrame(
                {
                    "dataset": dataset,
                    "clip": [f"{dataset[0]}{i:03d}" for i in range(n)],
                    "content_hash": [f"{dataset}-{i:016x}" for i in range(n)],
                    "group": [f"g{i % 12}" for i in range(n)],
                    "duration_s": generator.gamma(4.0, 0.3, n) + 0.2,
                    "sample_rate_hz": rate,
                    "bandwidth_hz": generator.uniform(0.2, 0.48, n) * rate,
                    "snr_db": generator.normal(25, 5, n),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def labels(
    found: Sequence[SyntheticTask], clips: pd.DataFrame, generator: np.random.Generator
) -> pd.DataFrame:
    """The table ``labels``: class frequencies fall off, so that tasks differ in entropy and imbalance."""
    frames = []
    for i, task in enumerate(found):
        ids = clips.loc[clips["dataset"] == task.dataset, "clip"].to_numpy()
        frame = pd.DataFrame({"task": task.name, "clip": ids, "label": None, "value": np.nan})
        if task.classes is None:
            frame["value"] = generator.normal(5, 2, len(ids))
        else:
            weights = np.arange(1, len(task.classes) + 1, dtype=float) ** (-0.2 * i)
            frame["label"] = generator.choice(task.classes, len(ids), p=weights / weights.sum())
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def trials(cells: pd.DataFrame, folds: int, generator: np.random.Generator) -> pd.DataFrame:
    """The table ``trials``: four a cell and fold."""
    grid = pd.DataFrame([(f, k) for f in range(folds) for k in range(4)], columns=["fold", "number"])
    found = cells.loc[cells["status"] != "pending", ["cell_id"]].merge(grid, how="cross")
    n = len(found)
    return found.assign(
        batch=0, value=generator.normal(0.7, 0.05, n), status="done", wall_time_s=generator.gamma(9, 1.2, n),
        error_type=None, params_lr=10 ** generator.uniform(-4, -2, n),
        params_dropout=generator.uniform(0, 0.5, n),
        params_batch_size=32,
    )  # fmt: skip


def failures(runs: pd.DataFrame) -> pd.DataFrame:
    """The table ``failures``: one row a failed run."""
    failed = runs[runs["status"] == "failed"]
    return pd.DataFrame(
        {
            "unit": failed["config_hash"], "kind": "training", "error_type": failed["error_type"],
            "error": failed["error"], "traceback": "Traceback (most recent call last): …",
            "attempts": failed["attempts"],
        }
    )  # fmt: skip
