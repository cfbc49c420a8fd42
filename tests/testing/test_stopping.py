"""Stopping rules that break a promise are caught."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from harness.api import StoppingRecord, StoppingRule
from harness.testing import StoppingContract


class Falls(StoppingRule):
    """Stop when a score is below the one before."""

    def __init__(self, parameters):
        super().__init__(parameters)
        self.before = None

    def update(self, score):
        stops = self.before is not None and score < self.before
        self.before = score
        return stops

    def state_dict(self):
        return {"before": self.before}

    def load_state_dict(self, state):
        self.before = state["before"]


def contract(rule):
    class Contract(StoppingContract):
        record = StoppingRecord(name="under_test", factory=rule, summary="for tests")

    return Contract()


class TestFalls(StoppingContract):
    record = contract(Falls).record


class NumpyBool(Falls):
    def update(self, score):
        return np.float64(score) < 0


class Common(Falls):
    """All rules share what they saw."""

    seen: ClassVar = []

    def update(self, score):
        self.seen.append(score)
        return len(self.seen) > 1 and self.seen[-1] < self.seen[-2]


class Forgets(Falls):
    def load_state_dict(self, state):
        self.before = None


class Impatient(Falls):
    def update(self, score):
        return True


class AveragesTheBest(Falls):
    averaged = 3


@pytest.mark.parametrize(
    ("rule", "test", "arguments"),
    [
        (NumpyBool, "test_every_epoch_gets_a_yes_or_no", ("rising",)),
        (Common, "test_scores_alone_decide", ("rising",)),
        (Forgets, "test_restored_rule_goes_on", ("falling", 5)),
        (Impatient, "test_rising_score_goes_on", ()),
        (AveragesTheBest, "test_which_state_is_tested_is_said", ()),
    ],
)
def test_broken_rule_is_caught(rule, test, arguments):
    with pytest.raises(AssertionError):
        getattr(contract(rule), test)(*arguments)
