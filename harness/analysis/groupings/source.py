"""Gains of a study or of an outside table, ready for the choice of networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harness.analysis.groupings.worth import MAX_TASKS, Worth
from harness.analysis.pairing import is_fixed, paired
from harness.analysis.settings import SETTING, measured, one_scale
from harness.errors import DataError, did_you_mean

#: What the interval needs beside the gains.
RUNS = ("tasks", "cells", "runs", "scores", "selections")


@dataclass(frozen=True)
class Source:
    """Gains by main and partners, and the differences that they are means of.

    ``gains`` has ``main``, ``partners`` (a frozen set), ``gain`` and ``predicted`` (boolean), one row each;
    ``differences`` has ``main, partners, fold, seed, difference, test_over_train``, or is ``None`` where there
    are no runs. ``fixed`` names tasks that are tested on one fixed split. ``target`` is the column that the
    gains are from; ``notes`` say what the reader must know.
    """

    name: str
    gains: pd.DataFrame
    differences: pd.DataFrame | None
    fixed: frozenset[str]
    target: str
    notes: tuple[str, ...]


def of_study(
    name: str, tables: Mapping[str, pd.DataFrame], setting: Mapping[str, str] | None = None
) -> Source:
    """Return the gains of a study: no placebo, the mean over settings of feature, model and combiner.

    ``setting`` keeps one feature, model or combiner. Where main tasks have different metrics, relative gains are
    taken, because a sum of gains needs a common unit.

    Raises:
        DataError: the study has no gains (yet), or none in this setting.
    """
    rows = measured(tables["gains"]) if "gains" in tables else pd.DataFrame()
    if rows.empty:
        raise DataError(f"{name} has no measured gain (yet): a grouping needs the table gains with pairs")
    for key, wanted in (setting or {}).items():
        found = sorted(set(rows[key].dropna()))
        if wanted not in found:
            raise DataError(
                f"{name} has no gain with {key} {wanted!r}{did_you_mean(wanted, found)}; found: {', '.join(found)}"
            )
        rows = rows[rows[key] == wanted]
    target, note = one_scale(rows)
    rows = rows[rows[target].notna()].assign(partners=lambda t: t["partners"].map(frozenset))
    n_settings = len(rows[list(SETTING)].drop_duplicates())
    notes = [
        note,
        f"mean over {n_settings} settings of feature, model and combiner" if n_settings > 1 else "",
    ]
    gains = rows.groupby(["main", "partners"], as_index=False, sort=False)[[target]].mean()
    gains = gains.rename(columns={target: "gain"}).assign(predicted=False)
    fixed = frozenset(is_fixed(tables)[lambda found: found].index) if "tasks" in tables else frozenset()
    return Source(name, gains, _differences(tables, rows, target), fixed, target, tuple(filter(None, notes)))


def _differences(tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, target: str) -> pd.DataFrame | None:
    """Return the differences behind the rows, in the unit of ``target``; mean over settings."""
    if not all(name in tables for name in RUNS):
        return None
    found = paired(tables).merge(rows[["cell_id", "main", "partners", "single_mean"]], on=["cell_id", "main"])
    if target == "gain_relative":
        found["difference"] = found["difference"] / found["single_mean"].abs()
    sizes = found["n_test"].astype(float) / found["n_train"].astype(float)
    keys = ["main", "partners", "fold", "seed"]
    grouped = found.assign(test_over_train=sizes).groupby(keys, sort=False)[["difference", "test_over_train"]]
    return grouped.mean().reset_index()


def with_predicted(source: Source, predicted: pd.DataFrame) -> Source:
    """Return the source with predicted gains (``main, partner, gain``) for the pairs that were not measured.

    Raises:
        DataError: the predictions are of another target than the source's gains.
    """
    targets = set(predicted["target"].dropna()) if "target" in predicted else set()
    if targets - {source.target}:
        raise DataError(
            f"{source.name} has {source.target}; predicted is {', '.join(sorted(targets))}: no common unit"
        )
    known = set(zip(source.gains["main"], source.gains["partners"], strict=True))
    rows = predicted[predicted["gain"].notna()].assign(
        partners=lambda t: t["partner"].map(lambda p: frozenset([p])), predicted=True
    )
    new = rows[[key not in known for key in zip(rows["main"], rows["partners"], strict=True)]]
    both = [source.gains, new[["main", "partners", "gain", "predicted"]]]
    note = f"{len(new)} predicted pairs beside the measured ones"
    return Source(
        source.name,
        pd.concat(both, ignore_index=True),
        source.differences,
        source.fixed,
        source.target,
        (*source.notes, note),
    )


def restricted(source: Source, tasks: Sequence[str]) -> Source:
    """Return the gains among these tasks alone.

    Raises:
        DataError: a task that the source does not have.
    """
    known = tasks_of(source)
    for task in tasks:
        if task not in known:
            near = did_you_mean(task, known)
            raise DataError(f"{source.name} has no task {task!r}{near}; found: {', '.join(known)}")
    keep = [
        {main, *partners} <= set(tasks) for main, partners in source.gains[["main", "partners"]].to_numpy()
    ]
    return Source(
        source.name, source.gains[keep], source.differences, source.fixed, source.target, source.notes
    )


def tasks_of(source: Source) -> list[str]:
    """Return the tasks of all gains, sorted."""
    return sorted(set(source.gains["main"]).union(*source.gains["partners"]))


def worth_of(source: Source, tasks: Sequence[str] | None = None) -> Worth:
    """Return what the gains say of every group of these tasks (all of the source's by default).

    Raises:
        DataError: fewer than two tasks, or more than 20.
    """
    tasks = tuple(tasks or tasks_of(source))
    if not 2 <= len(tasks) <= MAX_TASKS:
        raise DataError(
            f"{source.name} has {len(tasks)} tasks; a grouping is chosen for 2 to {MAX_TASKS} (name them with --tasks)"
        )
    at = {task: i for i, task in enumerate(tasks)}
    pairs = np.full((len(tasks), len(tasks)), np.nan)
    known = np.zeros(pairs.shape, dtype=bool)
    groups: dict[int, np.ndarray] = {}
    for main, partners, gain, predicted in source.gains[["main", "partners", "gain", "predicted"]].to_numpy():
        if len(partners) == 1:
            (partner,) = partners
            pairs[at[main], at[partner]], known[at[main], at[partner]] = gain, not predicted
        else:
            mask = sum(1 << at[task] for task in (main, *partners))
            groups.setdefault(mask, np.full(len(tasks), np.nan))[at[main]] = gain
    return Worth(tasks, pairs, known, groups)
