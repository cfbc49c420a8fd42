"""The metrics keep the contract of every metric, and tell the normal class by its place."""

from __future__ import annotations

import math

import numpy as np
import pytest

from harness.testing import MetricContract
from harness_respiratory.components_data import METRICS

RECORDS = {record.name: record for record in METRICS}


class TestSensitivity(MetricContract):
    record = RECORDS["sensitivity"]


class TestSpecificity(MetricContract):
    record = RECORDS["specificity"]


class TestAverageScore(MetricContract):
    record = RECORDS["average_score"]


class TestHarmonicScore(MetricContract):
    record = RECORDS["harmonic_score"]


class TestRespiratoryScore(MetricContract):
    record = RECORDS["respiratory_score"]


TARGETS, PREDICTIONS = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2]), np.array([0, 0, 0, 1, 1, 2, 2, 0, 0, 2])
EXPECTED = {
    "sensitivity": 0.5,
    "specificity": 0.75,
    "average_score": 0.625,
    "harmonic_score": 0.6,
    "respiratory_score": 0.6125,
}


def value(name: str, targets: np.ndarray, predictions: np.ndarray, **parameters: int) -> float:
    record = RECORDS[name]
    metric = record.build(record.parameters(**parameters))
    return metric(targets, predictions, np.eye(3)[predictions], 3)


@pytest.mark.parametrize("name", EXPECTED)
def test_values(name):
    assert value(name, TARGETS, PREDICTIONS) == pytest.approx(EXPECTED[name])


def test_the_normal_class_is_a_parameter():
    assert value("specificity", TARGETS, PREDICTIONS, normal=2) == 0.5
    assert value("sensitivity", TARGETS, PREDICTIONS, normal=2) == pytest.approx(4 / 6)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_set_without_normal_clips(name):
    found = value(name, TARGETS[4:], PREDICTIONS[4:])
    assert found == 0.5 if name == "sensitivity" else math.isnan(found)
