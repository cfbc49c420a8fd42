"""What every stopping rule must do."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import ClassVar

import pytest

from harness.bases.stopping import StoppingRule
from harness.records import StoppingRecord
from harness.testing.component import ComponentContract

NAN = math.nan
#: Validation scores of an epoch: rising, falling, flat, undefined now and then, never defined.
CURVES: dict[str, Sequence[float]] = {
    "rising": [0.1 * epoch for epoch in range(24)],
    "falling": [0.9 - 0.03 * epoch for epoch in range(24)],
    "flat": [0.5] * 24,
    "with gaps": [NAN, 0.3, NAN, 0.4, 0.2, NAN, NAN, 0.1] * 3,
    "undefined": [NAN] * 24,
    "negative": [-3.0, -2.0, -2.5, -9.0] * 6,
}


class StoppingContract(ComponentContract):
    """A stopping rule decides by the scores that it was fed, and its state is plain JSON."""

    record: ClassVar[StoppingRecord]
    #: Whether a task whose score rises in every epoch goes on for 24 epochs.
    goes_on_while_rising: ClassVar[bool] = True

    def build(self) -> StoppingRule:
        """Return a fresh rule."""
        rule: StoppingRule = self.record.build(self.settings())
        return rule

    def decisions(self, scores: Sequence[float], rule: StoppingRule | None = None) -> list[bool]:
        """Return what a rule says of each epoch."""
        rule = rule or self.build()
        return [rule.update(score) for score in scores]

    @pytest.mark.parametrize("curve", list(CURVES))
    def test_every_epoch_gets_a_yes_or_no(self, curve: str) -> None:
        for decision in self.decisions(CURVES[curve]):
            assert isinstance(decision, bool), f"found {decision!r}, expected True or False"

    @pytest.mark.parametrize("curve", list(CURVES))
    def test_scores_alone_decide(self, curve: str) -> None:
        """Another rule that sees other scores meanwhile changes nothing."""
        expected, one, other = self.decisions(CURVES[curve]), self.build(), self.build()
        found = []
        for score in CURVES[curve]:
            found.append(one.update(score))
            other.update(0.123)
        assert found == expected

    @pytest.mark.parametrize("curve", list(CURVES))
    @pytest.mark.parametrize("interrupted_at", [0, 1, 5, 11])
    def test_restored_rule_goes_on(self, curve: str, interrupted_at: int) -> None:
        scores = CURVES[curve]
        before, after = self.build(), self.build()
        self.decisions(scores[:interrupted_at], before)
        self.decisions([0.7, 0.1, 0.9], after)  # what a restored rule saw before does not matter
        after.load_state_dict(json.loads(json.dumps(before.state_dict())))
        assert self.decisions(scores[interrupted_at:], after) == self.decisions(scores)[interrupted_at:]

    def test_rising_score_goes_on(self) -> None:
        if not self.goes_on_while_rising:
            pytest.skip(f"{self.record.name} may stop a task whose score rises")
        assert not any(self.decisions(CURVES["rising"]))

    def test_which_state_is_tested_is_said(self) -> None:
        rule = self.build()
        assert isinstance(rule.takes_last, bool)
        assert isinstance(rule.averaged, int)
        assert rule.averaged >= 1
        assert rule.takes_last or rule.averaged == 1, "only the last epochs can be averaged: takes_last"
