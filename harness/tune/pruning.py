"""Which trials go on past a rung: Optuna's HyperbandPruner, asked by the parent from values that it has kept.

A *rung* is a number of epochs at which trials are compared: 1, 3, 9, …, below ``training.epochs``. Hyperband (Li et
al., JMLR 18-185, 2018) puts every trial into a bracket, and a bracket's first rung may be 1, 3, 9, …; at each rung of
its bracket a trial goes on if it is among the best third of those that have been there. Optuna draws a trial's bracket
from its number and the name of the Optuna study, which is the same for every cell here: trial 5 has the same rungs in
a single and in a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optuna import Study, Trial

FIRST_RUNG = 1
REDUCTION_FACTOR = 3
_STUDY_NAME = "harness"


@dataclass(frozen=True)
class Report:
    """What a trial had reached at a rung: ``value`` is its objective (more is better), NaN where it has none."""

    number: int
    epoch: int
    value: float


def rungs_below(epochs: int) -> tuple[int, ...]:
    """Return the rungs of a training of ``epochs``, in epochs, ascending."""
    rungs = []
    rung = FIRST_RUNG
    while rung < epochs:
        rungs.append(rung)
        rung *= REDUCTION_FACTOR
    return tuple(rungs)


@lru_cache(maxsize=256)
def rungs_of(number: int, epochs: int) -> tuple[int, ...]:
    """Return the rungs at which a trial is compared, in epochs: those of its bracket, possibly none.

    They are asked of Optuna by a NaN, which it prunes at the first rung that counts for the trial.
    """
    for rung in rungs_below(epochs):
        if Judge(epochs).prunes(Report(number, rung, float("nan"))):
            return tuple(epoch for epoch in rungs_below(epochs) if epoch >= rung)
    return ()


class Judge:
    """Optuna's pruner for one search: sees reports in order and tells of each whether its trial is pruned."""

    def __init__(self, epochs: int, history: Iterable[Report] = ()) -> None:
        """Begin after the reports in ``history``, which were judged before, in their order."""
        self._study = _study(epochs)
        self._trials: list[Trial] = []
        for report in history:
            self.prunes(report)

    def prunes(self, report: Report) -> bool:
        """See a report; return whether its trial is pruned. It depends on the reports so far alone."""
        while len(self._trials) <= report.number:
            self._trials.append(self._study.ask())
        trial = self._trials[report.number]
        trial.report(report.value, report.epoch)
        return trial.should_prune()


def trained_epochs(epochs: int, batch: int, qualities: Sequence[float]) -> list[int]:
    """Return the epochs that each trial is trained for, if its value at every rung were its quality."""
    trained = [epochs] * len(qualities)
    judge = Judge(epochs)
    for first in range(0, len(qualities), batch):
        numbers = range(first, min(first + batch, len(qualities)))
        for rung in rungs_below(epochs):
            for n in numbers:
                if trained[n] == epochs and rung in rungs_of(n, epochs):
                    trained[n] = rung if judge.prunes(Report(n, rung, qualities[n])) else epochs
    return trained


def expected_epochs(epochs: int, batch: int, orders: Iterable[Sequence[float]]) -> float:
    """Return the mean number of epochs that a search trains, over orders of its trials' qualities."""
    totals = [sum(trained_epochs(epochs, batch, order)) for order in orders]
    return sum(totals) / len(totals)


def why_nothing(epochs: int, n_trials: int) -> str | None:
    """Return why no trial of such a search can be pruned, or ``None``.

    Falling qualities prune every trial that any qualities can: all but the first of each bracket.
    """
    if not rungs_below(epochs):
        return f"training.epochs is {epochs}, and the first rung is after {FIRST_RUNG}"
    if n_trials == 1:
        return "one trial has nothing to be compared with"
    if min(trained_epochs(epochs, 1, [-float(number) for number in range(n_trials)])) == epochs:
        return f"tuning.trials is {n_trials}, and no two of these trials are in one bracket"
    return None


def _study(epochs: int) -> Study:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    pruner = optuna.pruners.HyperbandPruner(
        min_resource=FIRST_RUNG, max_resource=epochs, reduction_factor=REDUCTION_FACTOR
    )
    sampler = optuna.samplers.RandomSampler(seed=0)  # it is never asked for a value
    return optuna.create_study(study_name=_STUDY_NAME, direction="maximize", pruner=pruner, sampler=sampler)
