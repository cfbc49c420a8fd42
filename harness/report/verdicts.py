"""Whether predictors beat their baselines, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.report import words
from harness.report.facts import Facts
from harness.report.reading import number, text

if TYPE_CHECKING:
    import pandas as pd

KEYS = ("target", "metric", "predictors", "estimator", "scheme")
LESS_IS_BETTER = ("mae", "mse", "rmse", "log_loss", "brier", "error", "deviance")
#: Metrics that are zero or less where nothing is told, whatever a baseline gives.
TELLS_ABOVE_ZERO = ("r2", "spearman", "spearman_within_main", "pearson", "kendall", "mcc")
#: Metrics that are one half or less where nothing is told.
TELLS_ABOVE_HALF = ("auc",)
#: Under this scheme, test pairs share their tasks with training pairs; it judges nothing but memory.
SHARES_TASKS = "shuffled_pairs"


@dataclass(frozen=True)
class Verdict:
    """A predictor set under a scheme; a baseline that is not defined has the value ``None``."""

    target: str
    metric: str
    predictors: str
    estimator: str
    scheme: str
    value: float | None
    sd: float | None
    baselines: dict[str, float | None]

    @property
    def label(self) -> str:
        return ", ".join(part for part in (self.predictors, self.estimator, self.scheme) if part)

    @property
    def margins(self) -> dict[str, float]:
        """By how much it is better than each baseline that is defined."""
        value = self.value
        if value is None:
            return {}
        sign = -1 if any(name in self.metric.lower() for name in LESS_IS_BETTER) else 1
        return {name: sign * (value - other) for name, other in self.baselines.items() if other is not None}

    @property
    def tells_nothing(self) -> bool:
        floor = self._floor
        return self.value is not None and floor is not None and self.value <= floor

    @property
    def _floor(self) -> float | None:
        metric = self.metric.lower()
        return 0.0 if metric in TELLS_ABOVE_ZERO else 0.5 if metric in TELLS_ABOVE_HALF else None

    @property
    def beats_all(self) -> bool:
        margins = self.margins
        return bool(margins) and min(margins.values()) > 0 and not self.tells_nothing

    @property
    def clear(self) -> bool:
        """Whether it beats all by more than its standard deviation over the held-out parts."""
        return self.beats_all and self.sd is not None and min(self.margins.values()) > self.sd

    def in_words(self) -> str:
        """Return what goes behind the predictor set's name."""
        if self.value is None:
            return "could not be computed"
        if self.tells_nothing:
            floor = "one half" if self._floor else "zero"
            return f"tells nothing: its {self.metric} is {words.plain(self.value)}, not above {floor}"
        if not self.margins:
            return "has no baseline beside it, so it says nothing yet"
        lost = [name for name, margin in self.margins.items() if margin <= 0]
        if lost:
            return f"does not beat {words.listing(lost, 'or')}"
        return f"beats {self._beaten()}, {self._how_sure()}"

    def _beaten(self) -> str:
        nearest = min(self.margins, key=lambda name: self.margins[name])
        undefined = [name for name, value in self.baselines.items() if value is None]
        but = f"; {words.listing(undefined)}: not defined" if undefined else ""
        return f"every baseline (nearest: {nearest}, by {words.plain(self.margins[nearest])}{but})"

    def _how_sure(self) -> str:
        if self.sd is None:
            return "but how sure that is stays unknown"
        return f"by {'more' if self.clear else 'less'} than one standard deviation over held-out parts"


def verdicts(facts: Facts) -> list[Verdict]:
    """Return one verdict a block of ``predictability``, in the table's order."""
    table = facts.table("predictability")
    if table.empty:
        return []
    keys = [table[key].map(text) for key in KEYS]
    return [_verdict([str(name) for name in key], part) for key, part in table.groupby(keys, sort=False)]


def _verdict(key: Sequence[str], part: pd.DataFrame) -> Verdict:
    pairs = zip(part["baseline"].map(text), part["baseline_value"].map(number), strict=True)
    baselines = {name: number(value) for name, value in pairs if name}
    value, sd = number(part["value"].iloc[0]), number(part["sd"].iloc[0])
    target, metric, predictors, estimator, scheme = key
    return Verdict(target, metric, predictors, estimator, scheme, value, sd, baselines)


def overall(found: Sequence[Verdict]) -> str:
    """Return one clause: how many predictor sets beat every baseline on tasks that they have not seen."""
    judged = [verdict for verdict in found if verdict.scheme != SHARES_TASKS and verdict.value is not None]
    if not judged:
        return "whether gains can be told beforehand was not judged" if found else ""
    winners, of = [verdict for verdict in judged if verdict.beats_all], words.count(len(judged), "comparison")
    if not winners:
        return f"predictors beat every baseline on tasks left out in none of {of}"
    clear = sum(verdict.clear for verdict in winners)
    return (
        f"predictors beat every baseline on tasks left out in {len(winners)} of {of}, by more than one "
        f"standard deviation in {clear}"
    )
