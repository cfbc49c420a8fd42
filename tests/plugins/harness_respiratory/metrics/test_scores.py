"""The functions give the table of Ngo et al. 2023, and their definitions on small cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import recall_score

from harness_respiratory.metrics.scores import (
    average_score,
    harmonic_score,
    respiratory_score,
    sensitivity_specificity,
)

#: Task, system: SE, SP, AS and HS in per cent as published; WA, GA and WM are the single branches.
PUBLISHED = {
    ("1-1", "WA"): (77.3, 80.7, 78.9, 78.9),
    ("1-1", "GA"): (87.9, 72.1, 80.0, 79.2),
    ("1-1", "WM"): (74.5, 88.6, 81.5, 80.9),
    ("1-1", "I"): (70.4, 87.9, 81.2, 80.6),
    ("1-1", "II"): (79.4, 85.9, 82.7, 82.5),
    ("1-1", "III"): (84.4, 85.5, 84.9, 84.9),
    ("1-2", "WA"): (49.4, 87.1, 68.2, 63.0),
    ("1-2", "GA"): (55.2, 84.8, 70.0, 66.9),
    ("1-2", "WM"): (66.4, 70.3, 68.3, 68.2),
    ("1-2", "I"): (56.1, 89.5, 72.8, 69.0),
    ("1-2", "II"): (65.3, 87.7, 76.5, 74.9),
    ("1-2", "III"): (67.8, 88.3, 78.1, 76.7),
    ("2-1", "WA"): (46.5, 79.1, 62.8, 58.6),
    ("2-1", "GA"): (70.3, 50.6, 60.5, 58.8),
    ("2-1", "WM"): (62.4, 64.4, 63.4, 63.4),
    ("2-1", "I"): (58.1, 72.2, 65.2, 64.4),
    ("2-1", "II"): (65.6, 77.1, 71.4, 70.9),
    ("2-1", "III"): (70.4, 78.9, 74.7, 74.4),
    ("2-2", "WA"): (22.6, 71.1, 46.9, 34.3),
    ("2-2", "GA"): (24.8, 72.1, 48.5, 36.9),
    ("2-2", "WM"): (26.2, 74.2, 50.2, 38.7),
    ("2-2", "I"): (19.1, 91.7, 55.4, 31.6),
    ("2-2", "II"): (25.2, 83.6, 54.4, 38.7),
    ("2-2", "III"): (36.1, 80.1, 58.1, 49.8),
}
#: The source's AS and HS of this cell do not follow from its SE and SP, which give 79.15 and 78.18.
INCONSISTENT = ("1-1", "I")
#: SE, SP, AS and HS are each rounded to a tenth of a per cent.
ROUNDING = 0.11


def test_the_table_has_24_cells():
    assert len(PUBLISHED) == 24


@pytest.mark.parametrize("cell", [cell for cell in PUBLISHED if cell != INCONSISTENT])
def test_published_scores_follow_from_their_rates(cell):
    sensitivity, specificity, average, harmonic = PUBLISHED[cell]
    assert abs(average_score(sensitivity, specificity) - average) <= ROUNDING
    assert abs(harmonic_score(sensitivity, specificity) - harmonic) <= ROUNDING


def test_system_i_of_task_1_1_is_inconsistent_in_the_source():
    sensitivity, specificity, average, harmonic = PUBLISHED[INCONSISTENT]
    assert average_score(sensitivity, specificity) == pytest.approx(79.15, abs=0.005)
    assert harmonic_score(sensitivity, specificity) == pytest.approx(78.18, abs=0.005)
    assert abs(average - 79.15) > ROUNDING
    assert abs(harmonic - 78.18) > ROUNDING


@pytest.mark.parametrize(("task", "score"), [("1-1", 84.9), ("1-2", 77.4), ("2-1", 74.5), ("2-2", 53.9)])
def test_published_scores_of_system_iii(task, score):
    sensitivity, specificity, *_ = PUBLISHED[task, "III"]
    assert abs(respiratory_score(sensitivity, specificity) - score) <= ROUNDING


def test_only_the_very_class_is_correct():
    targets, predictions = np.array([0, 0, 0, 1, 1, 2, 2, 2]), np.array([0, 0, 1, 1, 2, 2, 1, 0])
    assert sensitivity_specificity(targets, predictions) == (2 / 5, 2 / 3)
    assert sensitivity_specificity(targets, predictions, normal=2) == (3 / 5, 1 / 3)


def test_rates_are_recalls():
    rng = np.random.default_rng(0)
    targets, predictions = rng.integers(0, 5, 400), rng.integers(0, 5, 400)
    recalls, sizes = recall_score(targets, predictions, average=None), np.bincount(targets)
    expected = (recalls[1:] @ sizes[1:] / sizes[1:].sum(), recalls[0])
    assert sensitivity_specificity(targets, predictions) == pytest.approx(expected)


def test_missing_labels_do_not_count():
    assert sensitivity_specificity(np.array([0, 1, -1, -1]), np.array([0, 0, 0, 1])) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("targets", "known"), [([], (False, False)), ([0, 0], (False, True)), ([1, 2], (True, False))]
)
def test_a_rate_without_clips_is_nan_and_so_is_its_score(targets, known):
    rates = sensitivity_specificity(np.array(targets), np.array(targets))
    assert tuple(not math.isnan(rate) for rate in rates) == known
    for score in (average_score, harmonic_score, respiratory_score):
        assert math.isnan(score(*rates))


def test_nothing_right_scores_0():
    assert harmonic_score(0.0, 0.0) == 0.0
    assert respiratory_score(0.0, 0.0) == 0.0
