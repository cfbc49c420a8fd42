"""Values of groups: measured, the mean of pairs, unknown."""

import numpy as np
import pytest

from harness.analysis.groupings.worth import Worth, subset_sums
from tests.analysis.groupings.worths import made

PAIRS = np.array([[np.nan, 1.0, 3.0], [2.0, np.nan, np.nan], [4.0, 6.0, np.nan]])
WORTH = Worth(("a", "b", "c"), PAIRS, np.isfinite(PAIRS), {})


def test_a_group_is_worth_the_mean_of_its_known_pairs():
    assert WORTH.value(0b111, 0) == 2.0
    assert WORTH.value(0b111, 1) == 2.0  # b with c is not known
    assert WORTH.value(0b010, 1) == 0.0
    assert np.isnan(WORTH.value(0b110, 1))
    assert not WORTH.is_measured(0b111, 0)
    assert WORTH.is_measured(0b011, 0)


def test_a_measured_group_is_worth_what_was_measured():
    measured = Worth(WORTH.tasks, PAIRS, WORTH.measured_pairs, {0b111: np.array([-1.0, np.nan, 0.5])})
    assert measured.value(0b111, 0) == -1.0
    assert measured.is_measured(0b111, 0)
    assert measured.value(0b111, 1) == 2.0  # its own gain in the group is not known
    assert not measured.is_measured(0b111, 1)


def test_a_predicted_pair_is_not_measured():
    predicted = Worth(WORTH.tasks, PAIRS, np.zeros((3, 3), dtype=bool), {})
    assert not predicted.is_measured(0b011, 0)
    assert predicted.is_measured(0b001, 0)


def test_the_table_agrees_with_single_values():
    worth = made(6, 0, missing=0.3, triples=3)
    table = worth.table()
    for mask in range(1, 64):
        for task in range(6):
            expected = worth.value(mask, task) if mask >> task & 1 else np.nan
            assert table[task, mask] == pytest.approx(-np.inf if np.isnan(expected) else expected)


def test_subset_sums():
    assert subset_sums(np.array([1.0, 10.0, 100.0])).tolist() == [0, 1, 10, 11, 100, 101, 110, 111]
