"""A study of a thousand cells, made by hand in a moment: what a page must still open quickly."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness.results.loader import Study
from harness.results.schemas import TABLES
from tests.report.studies import cell_row, gain_row, study_of, task_row
from tests.results.synthetic import as_loaded

COMBINERS = ("sum", "uncertainty", "pcgrad", "famo", "dwa")
METRICS = ("accuracy", "auroc")
POINTS = 30
PLACEBOS = 30


def large_study(n_tasks: int = 20) -> Study:
    """Return a study of ``n_tasks`` tasks in all pairs by five combiners: 1,000 cells for 20 tasks."""
    names = [f"data_set_{k // 4}/task_{k}" for k in range(n_tasks)]
    generator = np.random.default_rng(0)
    cells = list(_cells(names))
    gains = [row for cell in cells for row in _gains(cell, generator)]
    pairs = [row for row in gains if not row["placebo"]]
    others = [row | {"metric": metric, "gain": row["gain"] / 2} for row in pairs for metric in METRICS]
    timed = [
        {"cell_id": cell["cell_id"], "fold": 0, "wall_time_s": 1.0 + k % 7} for k, cell in enumerate(cells)
    ]
    small = study_of(
        tasks=[task_row(name) for name in names], cells=cells, gains=gains, metric_gains=others,
        trials=[row | {"number": 0, "status": "done"} for row in timed],
        runs=[row | {"run_id": f"r{row['cell_id']}", "seed": 0, "status": "done"} for row in timed],
        delta_m=[_delta_m(cell, generator) for cell in cells if cell["group_size"] > 1],
        regressions=list(_regressions(generator)),
    )  # fmt: skip
    return Study(Path("nowhere"), small.tables | {"curves": _curves(cells, generator)})


def _cells(names: list[str]) -> Iterator[dict[str, Any]]:
    groups = [*itertools.combinations(names, 2)]
    for name in names:
        yield cell_row([name])
    for combiner in COMBINERS:
        for group in groups:
            yield cell_row(list(group), combiner=combiner, cell_id=f"{'|'.join(group)}|{combiner}")
    for k in range(PLACEBOS):
        pair = [names[k % len(names)], names[(k + 1 + k // len(names)) % len(names)]]
        combiner = COMBINERS[k // len(names)]
        yield cell_row(pair, combiner=combiner, placebo=True, cell_id=f"placebo {k}")


def _gains(cell: dict[str, Any], generator: np.random.Generator) -> Iterator[dict[str, Any]]:
    tasks = cell["tasks"]
    shared = {"cell_id": cell["cell_id"], "combiner": cell["combiner"], "placebo": cell["placebo"]}
    for main in tasks if not cell["placebo"] else tasks[:1]:
        if len(tasks) > 1:
            drawn = {
                "q": float(generator.uniform()) ** 2,
                "noise_floor": 0.021,
                "p": float(generator.uniform()),
            }
            others = [task for task in tasks if task != main]
            yield gain_row(main, others, float(generator.normal(0, 0.05)), **drawn, **shared)


def _delta_m(cell: dict[str, Any], generator: np.random.Generator) -> dict[str, Any]:
    value = float(generator.normal(0, 0.1))
    kept = {name: cell[name] for name in ("cell_id", "tasks", "feature", "model", "combiner", "placebo")}
    return kept | {"n": 6, "delta_m": value, "ci_low": value - 0.05, "ci_high": value + 0.05, "p": 0.3}


def _regressions(generator: np.random.Generator) -> Iterator[dict[str, Any]]:
    for model, k in itertools.product(("ols", "mixed", "pearson", "spearman"), range(60)):
        value = float(generator.normal(0, 0.2))
        yield {"model": model, "term": f"term_{k}", "estimate": value, "se": 0.1, "se_method": "HC3", "p": 0.2,
               "ci_low": value - 0.2, "ci_high": value + 0.2, "n": 1900, "n_tasks": 20}  # fmt: skip


def _curves(cells: list[dict[str, Any]], generator: np.random.Generator) -> pd.DataFrame:
    """Return a run's curves of every cell: both splits, the loss and the primary metric of each task."""
    keys = [
        (cell["cell_id"], f"r{cell['cell_id']}", task, split, metric)
        for cell in cells for task in cell["tasks"]
        for split in ("train", "validation") for metric in ("loss", "macro_f1")
    ]  # fmt: skip
    names = ["cell_id", "run_id", "task", "split", "metric"]
    frame = pd.DataFrame(keys, columns=names).loc[lambda f: f.index.repeat(POINTS)].reset_index(drop=True)
    epoch = np.tile(np.linspace(0.5, 20, POINTS), len(keys))
    value = np.exp(-epoch / 8) + generator.normal(0, 0.02, len(epoch))
    frame = frame.assign(step=(epoch * 10).astype(int), epoch=epoch, value=value, study_id="large")
    return as_loaded("curves", frame[[column.name for column in TABLES["curves"].columns]])
