"""A synthetic study: every table, realistic and complete, without training anything. Shared by many tests.

Task relatedness is known: every task has a latent direction, and the true gain of a main task is proportional
to the cosine with its partner's (:func:`true_gain`). Placebo cells have no true gain.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from harness.keys import content_key
from harness.results.schemas import TABLES
from harness.results.writers import to_arrow, write_tables
from tests.results import synthetic_rows as rows
from tests.results.synthetic_runs import measured, predictions

STUDY_ID = "synthetic-0123456789ab"
STARTED = pd.Timestamp("2026-01-05T08:00:00Z")


@dataclass(frozen=True)
class SyntheticTask:
    """A task of the synthetic study. ``folds`` 1 means one fixed official split."""

    name: str
    kind: str
    n_classes: int | None
    n_clips: int
    score: float
    metric: str = "macro_f1"
    direction: str = "max"
    fixed: bool = False

    @property
    def dataset(self) -> str:
        return self.name.split("/")[0]

    @property
    def classes(self) -> list[str] | None:
        return None if self.n_classes is None else [f"{self.name[-3:]}{k}" for k in range(self.n_classes)]


TASKS = (
    SyntheticTask("notes/family", "multiclass", 4, 120, 0.72),
    SyntheticTask("speech/digit", "multiclass", 10, 150, 0.81),
    SyntheticTask("percussion/piece", "multiclass", 6, 90, 0.66),
    SyntheticTask("notes/pitch_class", "multiclass", 12, 120, 0.55),
    SyntheticTask("speech/voice", "binary", 2, 150, 0.88),
    SyntheticTask("speech/rate", "regression", None, 150, 0.60, metric="rmse", direction="min"),
    SyntheticTask("scenes/tags", "multilabel", 5, 80, 0.61, metric="map", fixed=True),
    SyntheticTask("percussion/kit", "multiclass", 3, 90, 0.77),
    SyntheticTask("notes/register", "multiclass", 3, 120, 0.85),
    SyntheticTask("coughs/wet", "binary", 2, 100, 0.64),
)


def true_gain(n_tasks: int, seed: int) -> np.ndarray:
    """Return ``[main, partner]`` true gains, oriented so that more is better."""
    latent = np.random.default_rng([seed, 1]).normal(size=(n_tasks, 3))
    latent /= np.linalg.norm(latent, axis=1, keepdims=True)
    gain = 0.05 * latent @ latent.T + np.random.default_rng([seed, 2]).normal(0, 0.01, (n_tasks, n_tasks))
    np.fill_diagonal(gain, 0.0)
    return gain


def synthetic_tables(
    n_tasks: int = 5,
    seed: int = 0,
    *,
    folds: int = 3,
    seeds: int = 2,
    models: tuple[str, ...] = ("cnn",),
    combiners: tuple[str, ...] = ("sum", "uncertainty"),
    incomplete: bool = False,
) -> dict[str, pd.DataFrame]:
    """Return the measured tables (all but the answers) by name, with the dtypes that ``load_study`` gives.

    Tasks 6 and 7 are a regression task (lower is better) and one with a fixed official split. ``incomplete``
    leaves a cell pending, and another with a failed run.
    """
    tasks = TASKS[:n_tasks]
    cells = _cells([task.name for task in tasks], models, combiners)
    if incomplete:
        cells.loc[cells.index[-1], "status"] = "pending"
        cells.loc[cells.index[n_tasks], "status"] = "failed"
    runs = _runs(cells, [task.name for task in tasks if task.fixed], folds, seeds)
    generator = np.random.default_rng([seed, 3])
    clips = rows.clips(tasks, generator)
    labels = rows.labels(tasks, clips, generator)
    of_runs = measured(tasks, cells, runs, true_gain(n_tasks, seed), folds, seed)
    plain: dict[str, pd.DataFrame] = {
        "study": rows.study(cells, STARTED),
        "tasks": rows.tasks(tasks, clips, folds),
        "clips": clips,
        "labels": labels,
        "cells": cells.assign(n_trials=4 * folds, n_runs=_done(cells, runs)),
        "trials": rows.trials(cells, folds, generator),
        "runs": runs,
        **of_runs,
        "predictions": predictions(tasks, runs, labels, of_runs["scores"], folds, generator),
        "failures": rows.failures(runs),
        "quarantine": pd.DataFrame([{"dataset": "notes", "clip": "n999", "reason": "silent: -96 dB"}]),
    }
    return {name: as_loaded(name, plain[name].assign(study_id=STUDY_ID)) for name in TABLES if name in plain}


def synthetic_study(directory: Path, n_tasks: int = 5, seed: int = 0, **options: object) -> Path:
    """Write every table under ``directory`` and return it; options of :func:`synthetic_tables`."""
    tables = synthetic_tables(n_tasks, seed, **options)  # type: ignore[arg-type]
    write_tables(directory, tables | answers(tables))
    return directory


def answers(tables: dict[str, pd.DataFrame], draws: int = 5) -> dict[str, pd.DataFrame]:
    """Return the tables of the analysis, with few draws of random features, to be quick."""
    from harness.analysis.analyse import analyse
    from harness.analysis.predictors.audio import Audio
    from harness.analysis.predictors.bingel import Bingel

    predictors = [("bingel", Bingel()), ("audio", Audio())]
    return analyse(
        tables, study_id=STUDY_ID, rope=0.01, confidence=0.95, predictors=predictors, seed=0, draws=draws
    )


def as_loaded(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame as the loader would give it back."""
    from harness.results.loader import frame_of

    return frame_of(to_arrow(name, frame))


def _cells(tasks: list[str], models: tuple[str, ...], combiners: tuple[str, ...]) -> pd.DataFrame:
    """Singles first, then pairs, one triple, and a placebo a main task (its partner is the next task)."""
    singles = [([task], None, False) for task in tasks]
    groups = [list(pair) for pair in itertools.combinations(tasks, 2)] + (
        [tasks[:3]] if len(tasks) > 2 else []
    )
    placebos = [[task, tasks[(i + 1) % len(tasks)]] for i, task in enumerate(tasks)] if len(tasks) > 1 else []
    found = []
    for model in models:
        wanted = list(singles)
        for combiner in combiners:
            wanted += [(group, combiner, False) for group in groups] + [
                (pair, combiner, True) for pair in placebos
            ]
        for group, combiner, placebo in wanted:
            cell: dict[str, object] = {
                "tasks": group,
                "feature": "log_mel",
                "model": model,
                "combiner": combiner,
            }
            cell["placebo"] = placebo
            found.append(cell | {"cell_id": content_key(cell), "group_size": len(group), "status": "done"})
    return pd.DataFrame(found)


def _runs(cells: pd.DataFrame, fixed: list[str], folds: int, seeds: int) -> pd.DataFrame:
    """One row a run; a failed cell has its last run failed, a pending cell has only pending runs.

    A cell whose tasks all have one fixed split is trained for fold 0 only.
    """
    grid = pd.DataFrame(itertools.product(range(folds), range(seeds)), columns=["fold", "seed"])
    runs = cells[["cell_id", "status"]].merge(grid, how="cross")
    once = cells.loc[[set(tasks) <= set(fixed) for tasks in cells["tasks"]], "cell_id"]
    runs = runs[(runs["fold"] == 0) | ~runs["cell_id"].isin(once)].reset_index(drop=True)
    last = (runs["fold"] == folds - 1) & (runs["seed"] == seeds - 1)
    runs["status"] = np.where((runs["status"] == "failed") & ~last, "done", runs["status"])
    runs["run_id"] = [
        content_key(list(key)) for key in runs[["cell_id", "fold", "seed"]].astype(str).to_numpy()
    ]
    failed = runs["status"] == "failed"
    started = STARTED + pd.to_timedelta(np.arange(len(runs)) * 7, unit="s")
    return runs.assign(
        attempts=np.where(failed, 2, 1), engine="loop", device="cpu", steps=600, wall_time_s=12.5,
        started_at_utc=started, error_type=np.where(failed, "NonFiniteLossError", None),
        error=np.where(failed, "the loss of notes/family is NaN at step 17", None),
        plugin_versions='{"mtl-harness":"0.1.0"}', config_hash=runs["run_id"],
        params_lr=10 ** np.linspace(-4, -2, len(runs)), params_dropout=0.2, params_batch_size=32,
    )  # fmt: skip


def _done(cells: pd.DataFrame, runs: pd.DataFrame) -> pd.Series:
    counts = runs[runs["status"] == "done"].groupby("cell_id").size()
    return cells["cell_id"].map(counts).fillna(0).astype(int)
