import math
from typing import ClassVar

import pytest

from harness.testing import StoppingContract
from tests.plugins.harness_training.records import RECORDS, build

NAN = math.nan


def stops_at(scores, **parameters):
    """Return the epoch, from 1, at which the rule stops; None where it does not."""
    rule = build("stopping", "patience", **parameters)
    return next((epoch for epoch, score in enumerate(scores, 1) if rule.update(score)), None)


@pytest.mark.parametrize(
    ("scores", "parameters", "epoch"),
    [
        ([0.1, 0.2, 0.2, 0.2], {"patience": 2}, 4),
        ([0.1, 0.2, 0.1, 0.3, 0.1, 0.1], {"patience": 2}, 6),
        ([0.1, 0.2, 0.3, 0.4], {"patience": 1}, None),
        ([0.50, 0.52, 0.54, 0.56], {"patience": 2, "min_delta": 0.03}, None),
        ([0.50, 0.52, 0.53, 0.535], {"patience": 2, "min_delta": 0.03}, 3),
        ([-3.0, -2.0, -2.5], {"patience": 1}, 3),
        ([NAN, NAN, NAN], {"patience": 3}, 3),
        ([NAN, 0.1, NAN, NAN], {"patience": 2}, 4),
        ([0.1, NAN, 0.2, NAN], {"patience": 2}, None),
    ],
)
def test_patience(scores, parameters, epoch):
    assert stops_at(scores, **parameters) == epoch


def test_never_never_stops():
    rule = build("stopping", "never")
    assert not any(rule.update(score) for score in [0.1, 0.0, NAN] * 20)


class TestPatience(StoppingContract):
    record = RECORDS["stopping", "patience"]
    parameters: ClassVar = {"patience": 2, "min_delta": 0.05}


class TestNever(StoppingContract):
    record = RECORDS["stopping", "never"]


class TestLast(StoppingContract):
    record = RECORDS["stopping", "last"]


class TestAverage(StoppingContract):
    record = RECORDS["stopping", "average"]
