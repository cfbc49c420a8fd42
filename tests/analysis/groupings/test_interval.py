"""Intervals of a total, against the corrected t of the runs' totals; and the reasons why there is none."""

import numpy as np
import pandas as pd
import pytest

from harness.analysis.corrected import corrected_t
from harness.analysis.groupings.choice import Network
from harness.analysis.groupings.interval import interval
from harness.analysis.groupings.source import Source, worth_of

RATIO = 0.25


def source(seed=0, folds=4, seeds=3, **other):
    """Return differences of a ↔ b, a ↔ c, b ↔ c and of the triple; their means are the gains."""
    generator = np.random.default_rng(seed)
    rows = [
        {"main": main, "partners": frozenset(partners), "fold": fold, "seed": s, "test_over_train": RATIO,
         "difference": 0.02 + generator.normal(0, 0.03)}
        for main, partners in [("a", "b"), ("b", "a"), ("a", "c"), ("c", "a"), ("b", "c"), ("c", "b"), ("c", "ab")]
        for fold in range(folds) for s in range(seeds)
    ]  # fmt: skip
    found = pd.DataFrame(rows)
    gains = found.groupby(["main", "partners"], as_index=False)["difference"].mean()
    gains = gains.rename(columns={"difference": "gain"}).assign(predicted=False)
    plain = {"differences": found, "fixed": frozenset(), "target": "gain", "notes": ()}
    return Source("made", gains, **(plain | other))


#: One network for a, b and c: a and b are worth the mean of their pairs, c was measured in the triple.
ALL = (Network(0b111, (0, 1, 2)),)


def totals(found):
    """Return the total of every run, by hand."""
    wide = found.differences.pivot(index=["fold", "seed"], columns=["main", "partners"], values="difference")
    a = (wide["a", frozenset("b")] + wide["a", frozenset("c")]) / 2
    b = (wide["b", frozenset("a")] + wide["b", frozenset("c")]) / 2
    return (a + b + wide["c", frozenset("ab")]).to_numpy()


def test_interval_of_a_total_is_that_of_the_corrected_t():
    """Resampling has sampling error of its own: ends within 6 % of the width."""
    found = source()
    low, high, why = interval(found, worth_of(found), ALL, "total", draws=20_000)
    expected = corrected_t(totals(found), RATIO).interval(0.95)
    assert why == ""
    assert (low, high) == pytest.approx(expected, abs=0.06 * (expected[1] - expected[0]))


def test_a_task_alone_bounds_the_worst():
    found = source()
    choice = (Network(0b011, (0, 1)), Network(0b100, (2,)))
    low, high, _ = interval(found, worth_of(found), choice, "worst")
    assert low <= high
    assert worth_of(found).value(0b011, 0) > 0  # else zero would not be the worst
    assert high <= 1e-12  # the worst cannot be above zero


@pytest.mark.parametrize(
    ("other", "choice", "why"),
    [
        ({"differences": None}, ALL, "without runs"),
        ({"fixed": frozenset("b")}, ALL, "fixed split"),
        ({"differences": source(folds=1).differences}, ALL, "fewer than two folds"),
        ({"differences": source().differences.query("main != 'c'")}, ALL, "comes without runs"),
        ({}, tuple(Network(1 << i, (i,)) for i in range(3)), "every task alone"),
    ],
)
def test_no_interval_without_what_it_needs(other, choice, why):
    found = source(**other)
    low, high, note = interval(found, worth_of(found), choice, "total")
    assert np.isnan([low, high]).all()
    assert why in note


def test_the_same_seed_gives_the_same_interval():
    found = source()
    first, second = (interval(found, worth_of(found), ALL, "total", seed=3) for _ in range(2))
    assert first == second
