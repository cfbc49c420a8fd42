"""A study by two features, models, combiners and metrics, with significant gains, a null, and larger groups."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from harness.results.loader import Study
from tests.report.studies import cell_row, gain_row, study_of, task_row

TASKS = ("notes/family", "speech/digit", "speech/voice", "cough/<wet>")
SETTINGS = tuple(itertools.product(("log_mel", "mfcc"), ("cnn", "dnn"), ("sum", "pcgrad")))
METRICS = ("macro_f1", "accuracy")
#: This pair could not be measured in the first setting.
MISSING = ("speech/voice", "notes/family")


def switched_study() -> Study:
    """Return the study; numbers are drawn, so that every cell of every setting has its own."""
    generator = np.random.default_rng(7)
    rows = {metric: [_row(generator, metric, *key) for key in _keys()] for metric in METRICS}
    triple = [gain_row(main, [t for t in TASKS[:3] if t != main], 0.02) for main in TASKS[:3]]
    cells = [cell_row([task]) for task in TASKS] + [
        cell_row([main, partner], cell_id=f"{main}|{partner}|{'·'.join(setting)}", feature=setting[0],
                 model=setting[1], combiner=setting[2])
        for setting, main, partner in _keys() if main < partner
    ]  # fmt: skip
    return study_of(
        tasks=[task_row(task) for task in TASKS], cells=cells, gains=rows["macro_f1"] + triple,
        metric_gains=rows["accuracy"], curves=list(_curves(cells[:20])), regressions=list(_regressions()),
        predictability=list(_predictability()), delta_m=[], runs=list(_runs(cells)),
        group_predictions=[_told(row, k) for k, row in enumerate(triple)],
    )  # fmt: skip


def _keys() -> list[tuple[tuple[str, str, str], str, str]]:
    return [(s, a, b) for s in SETTINGS for a in TASKS for b in TASKS if a != b]


def _row(
    generator: np.random.Generator, metric: str, setting: tuple[str, str, str], main: str, partner: str
) -> dict[str, Any]:
    shared = dict(zip(("feature", "model", "combiner"), setting, strict=True)) | {"metric": metric}
    if (main, partner) == MISSING and setting == SETTINGS[0]:
        return gain_row(main, partner, None, q=None, p=None, note="no run is done", **shared)
    known = {"q": float(generator.uniform() ** 3), "p": float(generator.uniform()), "placebo_gain": 0.0125}
    return gain_row(main, partner, float(generator.normal(0, 0.06)), **shared, **known)


def _curves(cells: list[dict[str, Any]]) -> Any:
    for place, cell in enumerate(cells):
        for task, split, metric, run, k in itertools.product(
            cell["tasks"], ("train", "validation", "test"), ("loss", "macro_f1"), range(2), range(20)
        ):
            yield {"cell_id": cell["cell_id"], "run_id": f"{place}{run}", "task": task, "split": split,
                   "epoch": k / 2, "metric": metric, "value": 1 / (k + 1 + place) + run / 10}  # fmt: skip


def _regressions() -> Any:
    for model, term in itertools.product(("ols", "mixed"), ("n_clips_main", "loss_gap", "same_dataset")):
        for k, method in enumerate(("HC3", "two-way clusters", "dyadic-robust")):
            yield {"model": model, "term": term, "estimate": 0.1, "se": 0.05 * (k + 1), "se_method": method,
                   "ci_low": -0.1 * k, "ci_high": 0.2 + 0.1 * k, "p": 0.02 * (k + 1),
                   "n": 96, "n_tasks": 4}  # fmt: skip


def _predictability() -> Any:
    for metric, scheme, baseline in itertools.product(
        ("r2", "spearman"), ("leave_main_out", "no_shared_task"), ("majority", "random_features")
    ):
        yield {"target": "gain", "predictors": "audio", "estimator": "ridge", "scheme": scheme, "metric": metric,
               "value": -71.25 if metric == "r2" else 0.3, "sd": 0.1, "baseline": baseline,
               "baseline_value": 0.05}  # fmt: skip


def _runs(cells: list[dict[str, Any]]) -> Any:
    for k, cell in enumerate(cells):
        yield {"cell_id": cell["cell_id"], "run_id": f"r{k}", "fold": 0, "seed": 0, "status": "done",
               "wall_time_s": 1.5 + k}  # fmt: skip


def _told(row: dict[str, Any], place: int) -> dict[str, Any]:
    return {**row, "cell_id": "triple", "predicted": 0.01 * place, "predicted_relative": 0.01 * place}
