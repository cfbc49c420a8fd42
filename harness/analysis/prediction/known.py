"""What is known of tasks and pairs, gathered from several studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from harness.analysis.design import Design, make_design
from harness.analysis.outside.read import column, numeric, read_frame
from harness.analysis.pairs import pairwise
from harness.errors import DataError, did_you_mean

Tables = Mapping[str, pd.DataFrame]
KEYS = ["main", "partner", "predictor"]


def gather(studies: Sequence[Tables], more: Sequence[Tables] = ()) -> Design:
    """Return the design of the studies' gains, with features of every directed pair of their tasks.

    ``more`` are studies whose task statistics are taken and whose gains are not. A study's own pair features come
    first; pairs of tasks of different studies have what follows from the statistics of either task.

    Raises:
        DataError: no gain of a pair, or no statistics.
    """
    gains = _stacked([tables.get("gains") for tables in studies])
    every = [*studies, *more]
    statistics = _stacked([tables.get("task_stats") for tables in every])
    features = _stacked([tables.get("pair_features") for tables in every])
    if len(statistics):
        single = statistics[statistics["value"].notna()].drop_duplicates(["task", "statistic"])
        features = pd.concat([features, pairwise(single)], ignore_index=True)
    if features.empty:
        raise DataError("no task statistics and no pair features: there is nothing to predict gains from")
    design = make_design(gains, features.drop_duplicates(KEYS)[[*KEYS, "value"]])
    if design.frame.empty:
        raise DataError("no measured gain of a pair: there is nothing to learn from")
    return design


def new_pairs(design: Design, tasks: Sequence[str]) -> pd.DataFrame:
    """Return the directed pairs of ``tasks`` with each other and with all tasks of the design that were not
    measured: ``main``, ``partner``, ``kind`` (new_main, new_partner, new_both, or known).

    Raises:
        DataError: a task without statistics.
    """
    described = sorted(set(design.features.index.get_level_values("main")))
    for task in tasks:
        if task not in described:
            near = did_you_mean(task, described)
            raise DataError(
                f"no statistics of the task {task!r}{near}; tasks with statistics: {', '.join(described)}."
                " Name the study that has its single runs with --study, or a file of statistics with --features"
            )
    partners = dict.fromkeys([*design.tasks, *tasks])
    both = [(a, b) for task in tasks for p in partners if p != task for a, b in ((task, p), (p, task))]
    measured = set(zip(design.frame["main"], design.frame["partner"], strict=True))
    pairs = [pair for pair in dict.fromkeys(both) if pair not in measured]
    kinds = [_kind(main in design.tasks, partner in design.tasks) for main, partner in pairs]
    return pd.DataFrame(pairs, columns=["main", "partner"]).assign(kind=kinds)


def statistics_of_file(path: Path) -> pd.DataFrame:
    """Return a file's statistics of tasks, ``task, statistic, value``: its column ``task`` and its columns of numbers.

    Raises:
        DataError: the file cannot be read.
        ColumnError: it has no column ``task``.
    """
    frame = read_frame(path)
    column(frame, "task", path, "the task")
    long = frame.melt(id_vars="task", value_vars=numeric(frame), var_name="statistic")
    return long.assign(task=long["task"].astype(str), value=long["value"].astype(float))


def _kind(main_known: bool, partner_known: bool) -> str:
    if main_known and partner_known:
        return "known"
    if partner_known:
        return "new_main"
    return "new_partner" if main_known else "new_both"


def _stacked(frames: Sequence[pd.DataFrame | None]) -> pd.DataFrame:
    full = [frame for frame in frames if frame is not None and len(frame)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame()
