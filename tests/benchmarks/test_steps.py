"""Phases and operators of steps."""

from __future__ import annotations

import pytest

from benchmarks.corpus import Plan
from benchmarks.steps import PHASES, loop_phases, operators, usual_phases

PLAN = Plan(model="dnn")


@pytest.mark.parametrize("phases", [loop_phases, usual_phases])
def test_every_phase_takes_time(phases):
    found = phases(PLAN, 12)
    assert tuple(found) == PHASES
    assert min(found.values()) > 0


def test_shares_of_the_operators_make_a_whole():
    found = operators(PLAN, 3)
    assert sum(found.values()) == pytest.approx(100)
    assert {"matrix products", "optimizer", "batch normalisation", "dropout masks"} <= set(found)
