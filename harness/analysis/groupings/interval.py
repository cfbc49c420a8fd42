"""How sure the total of a choice is: runs resampled, as wide as the corrected t says."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from harness.analysis.groupings.choice import Choice
from harness.analysis.groupings.solve import Objective
from harness.analysis.groupings.source import Source
from harness.analysis.groupings.worth import Worth

#: Resamples of the runs.
DRAWS = 2000
NO_RUNS = "no interval: the gains come without runs"


def interval(
    source: Source,
    worth: Worth,
    choice: Choice,
    objective: Objective,
    *,
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[float, float, str]:
    """Return the interval of the choice's objective, or NaN and the reason.

    The ``J`` runs (a fold and seed each) are drawn with replacement, the same ones for all tasks and groups, since
    they share single runs and folds. Training parts of different folds overlap, so the deviations from the value
    at hand are widened by ``√(J (1 + J ρ) / (J − 1)) · t / z``, with ``ρ = n_test / n_train`` (mean over the
    tasks) and ``t``, ``z`` the quantiles of Student's t with ``J − 1`` degrees of freedom and of the normal: the
    width of the corrected t of Nadeau and Bengio 2003 (:mod:`harness.analysis.corrected`). The choice is held
    fixed: that it is the best of many is not in the interval.
    """
    nothing = (float("nan"), float("nan"))
    if source.differences is None:
        return *nothing, NO_RUNS
    if any(worth.tasks[task] in source.fixed for network in choice for task in network.served):
        return *nothing, "no interval: a task has one fixed split, so there is no between-fold variance"
    terms = _terms(worth, choice)
    if terms.empty:
        return *nothing, "every task alone: nothing to gain or lose"
    runs, ratio = _runs(source.differences, terms)
    j = len(runs)
    if j < 2 or runs.index.get_level_values("fold").nunique() < 2 or not np.isfinite(ratio):
        return *nothing, "no interval: fewer than two folds, or sizes of the parts unknown"
    if not np.isfinite(runs.to_numpy()).any(axis=0).all():
        return *nothing, "no interval: a gain comes without runs (a predicted one, or runs are missing)"
    counts = np.random.default_rng(seed).multinomial(j, np.full(j, 1 / j), size=draws)
    weights = np.vstack([np.ones(j, dtype=int), counts])
    found = _objective(
        terms, runs.to_numpy(), weights, objective, alone=terms["task"].nunique() < len(worth.tasks)
    )
    t, z = stats.t.ppf((1 + confidence) / 2, j - 1), stats.norm.ppf((1 + confidence) / 2)
    widening = float(np.sqrt(j * (1 + j * ratio) / (j - 1)) * t / z)
    deviations = found[1:][np.isfinite(found[1:])] - found[0]
    low, high = np.quantile(deviations, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(found[0] + widening * low), float(found[0] + widening * high), ""


def _terms(worth: Worth, choice: Choice) -> pd.DataFrame:
    """Return the gains that the choice's value is made of: columns ``task, main, partners``."""
    rows = []
    for network in choice:
        for task in network.served:
            partners = [i for i in worth.members(network.trained) if i != task]
            whole = len(partners) > 1 and worth.is_measured(network.trained, task)
            known = [partners] if whole else [[p] for p in partners if np.isfinite(worth.pairs[task, p])]
            names = [frozenset(worth.tasks[p] for p in group) for group in known]
            rows += [{"task": task, "main": worth.tasks[task], "partners": name} for name in names]
    return pd.DataFrame(rows, columns=["task", "main", "partners"])


def _runs(differences: pd.DataFrame, terms: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Return the differences ``[runs, terms]`` by fold and seed, and the mean of n_test / n_train."""
    found = terms.reset_index(names="term").merge(differences, on=["main", "partners"])
    wide = found.pivot(index=["fold", "seed"], columns="term", values="difference")
    return wide.reindex(columns=terms.index).astype(float), float(
        found["test_over_train"].astype(float).mean()
    )


def _objective(
    terms: pd.DataFrame, runs: np.ndarray, counts: np.ndarray, objective: Objective, *, alone: bool
) -> np.ndarray:
    """Return the objective when every run counts ``counts [draws, runs]`` times; NaN without a run of some term.

    ``alone``: some task is served alone, and gains zero whatever the runs.
    """
    known = np.isfinite(runs)
    with np.errstate(invalid="ignore", divide="ignore"):
        gains = (counts @ np.where(known, runs, 0.0)) / (counts @ known)
    tasks = terms["task"].to_numpy()
    by_task = np.stack([gains[:, tasks == task].mean(axis=1) for task in np.unique(tasks)], axis=1)
    if objective == "total":
        return np.asarray(by_task.sum(axis=1))
    worst = by_task.min(axis=1)
    return np.asarray(np.minimum(worst, 0.0) if alone else worst)
