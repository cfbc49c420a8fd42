"""The table ``patterns``: does the pattern of gains stay when feature, model or combiner changes?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from harness.analysis.design import spread
from harness.analysis.permutation import node_permutation, pearson, spearman
from harness.analysis.settings import SETTING, measured, one_scale, within
from harness.seeds import derive_seed

#: With fewer directed pairs or tasks than this, a correlation says nothing.
MIN_PAIRS, MIN_TASKS = 4, 3
Statistic = Callable[[np.ndarray, np.ndarray], np.ndarray]
STATISTICS: dict[str, Statistic] = {"pearson": pearson, "spearman": spearman}
SHARED = "gains of both combiners subtract the same single scores, which alone correlates them"
COLUMNS = ("factor", "a", "b", "statistic", "value", "p", "p_method", "n", "n_tasks", "note")


def patterns(gains: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return the correlation of the gain matrices of each two levels of each factor, without ``study_id``.

    A directed pair counts once, where it was measured with both levels in the same setting of the other two
    factors; with its mean over such settings. ``pearson`` and ``spearman`` are over these pairs;
    ``pearson_within_main`` and ``spearman_within_main`` are of gains less their main task's mean, so that
    they say whether the same *partners* help, and not merely that the same main tasks gain. p by node
    permutation (:func:`harness.analysis.permutation.node_permutation`): its null hypothesis is that the
    matrices have nothing to do with each other, not that they are equal. Noise in either matrix lowers all
    four.
    """
    if gains.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    pairs = measured(gains)
    pairs = pairs[pairs["partner"].notna()]
    target, note = one_scale(pairs)
    rows = [
        row
        for factor, a, b, both in _levels(pairs, target)
        for row in level_rows(factor, a, b, both, note, derive_seed(seed, "patterns", factor, a, b))
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _levels(pairs: pd.DataFrame, target: str) -> Iterator[tuple[str, str, str, pd.DataFrame]]:
    """Give each factor and two of its levels with ``main, partner, a, b``: the gains of pairs in both."""
    for factor in SETTING:
        others = ["main", "partner", *(name for name in SETTING if name != factor)]
        known = pairs[pairs[factor].notna() & pairs[target].notna()]
        for a, b in itertools.combinations(dict.fromkeys(known[factor]), 2):
            left, right = (
                known.loc[known[factor] == level, [*others, target]].rename(columns={target: name})
                for level, name in ((a, "a"), (b, "b"))
            )
            both = left.merge(right, on=others)
            yield factor, a, b, both.groupby(["main", "partner"])[["a", "b"]].mean().reset_index()


def level_rows(factor: str, a: str, b: str, both: pd.DataFrame, note: str, seed: int) -> list[dict[str, Any]]:
    """Return the rows of two levels, of the gains ``main, partner, a, b`` of the pairs that were measured with both."""
    found = []
    for suffix, frame in (("", both), ("_within_main", within(both, ["a", "b"]))):
        shared = SHARED if factor == "combiner" and not suffix else ""
        for name, statistic in STATISTICS.items():
            row = _correlation(frame, statistic, seed)
            row["note"] = "; ".join(filter(None, [row["note"], shared, note])) or None
            found.append({"factor": factor, "a": a, "b": b, "statistic": f"{name}{suffix}"} | row)
    return found


def _correlation(both: pd.DataFrame, statistic: Statistic, seed: int) -> dict[str, Any]:
    """Return ``value, p, p_method, n, n_tasks, note`` of one correlation, or nulls and why."""
    names, place = np.unique(both[["main", "partner"]].to_numpy(str), return_inverse=True)
    row: dict[str, Any] = {"value": np.nan, "p": np.nan, "p_method": None}
    row |= {"n": len(both), "n_tasks": len(names)}
    if len(both) < MIN_PAIRS or len(names) < MIN_TASKS:
        return row | {"note": f"too few: {len(both)} directed pairs of {len(names)} tasks"}
    main, partner = place.reshape(-1, 2).T
    a, b = both["a"].to_numpy(float), both["b"].to_numpy(float)
    if spread(a) == 0 or spread(b) == 0:
        return row | {"note": "no variance"}
    matrix = np.full((len(names), len(names)), np.nan)
    matrix[main, partner] = a
    value, p, method = node_permutation(statistic, matrix, b, main, partner, seed)
    return row | {"value": value, "p": p, "p_method": method, "note": smallest_p(len(names))}


def smallest_p(n_tasks: int) -> str:
    """Return a note where so few tasks have too few permutations for a p of .05 or below."""
    possible = 1 / math.factorial(n_tasks)
    return f"{n_tasks} tasks: no p below {possible:.2g} is possible" if possible > 0.05 else ""
