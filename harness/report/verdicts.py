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

LESS_IS_BETTER = ("mae", "mse", "rmse", "log_loss", "brier", "error", "deviance")
KEYS = ("target", "metric", "predictors", "estimator", "scheme")
#: Under this scheme, test pairs share their tasks with training pairs; it judges nothing but memory.
SHARES_TASKS = "shuffled_pairs"


@dataclass(frozen=True)
class Verdict:
    """A predictor set under a scheme: its value, its baselines, and whether it beats all, some or none of them."""

    target: str
    metric: str
    predictors: str
    estimator: str
    scheme: str
    value: float | None
    sd: float | None
    baselines: dict[str, float]

    @property
    def label(self) -> str:
        return ", ".join(part for part in (self.predictors, self.estimator, self.scheme) if part)

    @property
    def margins(self) -> dict[str, float]:
        """By how much it is better than each baseline."""
        sign = -1 if any(name in self.metric.lower() for name in LESS_IS_BETTER) else 1
        return {name: sign * ((self.value or 0.0) - other) for name, other in self.baselines.items()}

    @property
    def beats_all(self) -> bool:
        return self.value is not None and bool(self.margins) and min(self.margins.values()) > 0

    @property
    def clear(self) -> bool:
        """Whether it beats all by more than its standard deviation over the held-out parts."""
        return self.beats_all and self.sd is not None and min(self.margins.values()) > self.sd

    def in_words(self) -> str:
        if self.value is None:
            return "could not be computed"
        if not self.margins:
            return "has no baseline beside it, so it says nothing yet"
        lost = [name for name, margin in self.margins.items() if margin <= 0]
        if lost:
            return f"does not beat {words.listing(lost, 'or')}"
        nearest = min(self.margins, key=lambda name: self.margins[name])
        by = words.plain(self.margins[nearest])
        if self.sd is None:
            return f"beats every baseline (nearest: {nearest}, by {by}); how sure is unknown"
        how = "more" if self.clear else "less"
        return f"beats every baseline (nearest: {nearest}, by {by}), by {how} than one standard deviation over held-out parts"


def verdicts(facts: Facts) -> list[Verdict]:
    """Return one verdict a block of ``predictability``, in the table's order."""
    table = facts.table("predictability")
    if table.empty:
        return []
    keys = [table[key].map(text) for key in KEYS]
    return [_verdict(key, part) for key, part in table.groupby(keys, sort=False)]


def _verdict(key: Sequence[str], part: pd.DataFrame) -> Verdict:
    found = {
        text(name): number(value)
        for name, value in zip(part["baseline"], part["baseline_value"], strict=True)
    }
    baselines = {name: value for name, value in found.items() if name and value is not None}
    value, sd = number(part["value"].iloc[0]), number(part["sd"].iloc[0])
    return Verdict(*key, value=value, sd=sd, baselines=baselines)


def overall(found: Sequence[Verdict]) -> str:
    """Return one clause: how many predictor sets beat every baseline on tasks that they have not seen."""
    judged = [verdict for verdict in found if verdict.scheme != SHARES_TASKS and verdict.value is not None]
    if not judged:
        return "whether gains can be told beforehand was not judged" if found else ""
    winners = [verdict for verdict in judged if verdict.beats_all]
    clear = sum(verdict.clear for verdict in winners)
    if not winners:
        return f"no predictor set beat every baseline on tasks left out (0 of {len(judged)} comparisons)"
    return (
        f"predictors beat every baseline in {len(winners)} of {words.count(len(judged), 'comparison')} on tasks left out, "
        f"by more than one standard deviation in {clear}"
    )
