"""Small studies made by hand, so that every number that a report must show is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from harness.report.facts import Facts
from harness.results.loader import Study
from harness.results.schemas import TABLES
from tests.results.synthetic import as_loaded

STUDY_ID = "small-0123456789ab"


def gain_row(main: str, partners: str | list[str], gain: float | None, **other: Any) -> dict[str, Any]:
    """One row of ``gains``; the interval is ± 0.03 unless given, ``q`` is 0.5."""
    known = gain is not None
    row = {
        "cell_id": f"{main}|{partners}", "main": main,
        "partners": [partners] if isinstance(partners, str) else partners, "feature": "log_mel",
        "model": "cnn", "combiner": "sum", "placebo": False, "metric": "macro_f1", "n": 6,
        "n_folds": 3, "n_seeds": 2, "detectable_gain": 0.08, "single_mean": 0.7,
        "group_mean": 0.7 + gain if known else None, "gain": gain,
        "gain_relative": gain / 0.7 if known else None, "ci_low": gain - 0.03 if known else None,
        "ci_high": gain + 0.03 if known else None, "p": 0.25, "q": 0.5,
        "p_rope_below": 0.1, "p_rope_inside": 0.2, "p_rope_above": 0.7, "note": None,
    }  # fmt: skip
    return row | other


def cell_row(tasks: list[str], **other: Any) -> dict[str, Any]:
    row = {
        "cell_id": "|".join(tasks), "tasks": tasks, "group_size": len(tasks), "feature": "log_mel",
        "model": "cnn", "combiner": "sum" if len(tasks) > 1 else None, "placebo": False, "status": "done",
        "n_trials": 4, "n_runs": 6,
    }  # fmt: skip
    return row | other


def task_row(task: str, **other: Any) -> dict[str, Any]:
    row = {
        "task": task, "dataset": task.split("/")[0], "kind": "multiclass", "metric": "macro_f1",
        "metric_direction": "max", "n_classes": 4, "classes": list("abcd"), "n_clips": 100, "n_groups": 10,
        "splits": "generated", "n_folds": 3, "group_disjoint": True, "licence": "CC0-1.0",
        "citation": "Somebody (2026)",
        "data_hash": "abc",
    }  # fmt: skip
    return row | other


def pattern_rows(
    factor: str, a: str, b: str, value: float | None, p: float | None, inside: float | None,
    inside_p: float | None, **other: Any,
) -> list[dict[str, Any]]:  # fmt: skip
    """The two rows of ``patterns`` that are told in words."""
    shared = {
        "factor": factor,
        "a": a,
        "b": b,
        "n": 30,
        "n_tasks": 6,
        "p_method": "node permutation (all 720)",
    }
    found = (("spearman", value, p), ("spearman_within_main", inside, inside_p))
    return [shared | {"statistic": name, "value": v, "p": q} | other for name, v, q in found]


def judged_rows(**values: float | None) -> list[dict[str, Any]]:
    """Rows of ``groups_from_pairs``; correlations have a p of .02, what is null has a note."""
    return [
        {"statistic": name, "value": value, "p": 0.02 if name.startswith(("spearman", "pearson")) else None,
         "n": 12, "note": "too few" if value is None else None}
        for name, value in values.items()
    ]  # fmt: skip


def study_of(
    *, done: int | None = None, config: dict[str, Any] | None = None, **rows: list[dict[str, Any]]
) -> Study:
    """A study with these rows by table; every other table has none. ``done`` cells are done, or all."""
    cells = rows.get("cells", [])
    n_done = len(cells) if done is None else done
    rows["study"] = [
        {
            "name": "small", "n_cells": len(cells), "n_cells_done": n_done,
            "complete": 0 < len(cells) == n_done, "config_json": json.dumps(config or {}),
            "harness_version": "0.1.0", "versions": '{"python":"3.12"}',
        }
    ]  # fmt: skip
    return Study(Path("nowhere"), {name: typed(name, rows.get(name, [])) for name in TABLES})


def typed(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows with every column of the table's schema, as the loader gives them."""
    names = [column.name for column in TABLES[name].columns]
    frame = pd.DataFrame([{key: row.get(key) for key in names} for row in rows], columns=names, dtype=object)
    return as_loaded(name, frame.assign(study_id=STUDY_ID))


def pairs_study(gains: list[dict[str, Any]], **other: Any) -> Study:
    """A complete study of the pairs that the gains name, with their tasks and cells."""
    names = list(dict.fromkeys(task for row in gains for task in (row["main"], *row["partners"])))
    groups = {tuple(sorted((row["main"], *row["partners"]))) for row in gains}
    cells = [cell_row([name]) for name in names] + [cell_row(list(group)) for group in sorted(groups)]
    return study_of(**({"tasks": [task_row(name) for name in names], "cells": cells, "gains": gains} | other))


def facts_of(study: Study) -> Facts:
    return Facts(study)
