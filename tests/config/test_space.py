"""Distributions of the search space."""

import pytest
from pydantic import ValidationError

from harness.config import Distribution

SMALL = "study: small\ntasks: [tones/pitch, words/digit]\n"


@pytest.mark.parametrize(
    "written",
    [
        {"log": [1e-4, 1e-2]},
        {"uniform": [0.0, 0.5]},
        {"int": [1, 4]},
        {"choice": [8, "a", None, True]},
        0.1,
        "text",
        True,
    ],
)
def test_written_form_comes_back(written):
    read = Distribution.model_validate(written)
    assert read.model_dump(mode="json") == written
    assert Distribution.model_validate(read.model_dump()) == read


def test_bounds_are_numbers_of_their_kind():
    read = Distribution.model_validate({"uniform": [0, 1]})
    assert (read.kind, read.low, read.high) == ("uniform", 0.0, 1.0)
    assert isinstance(read.low, float)
    assert isinstance(Distribution.model_validate({"int": [0, 1]}).high, int)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"log": [0, 1]}, "expected 0 < low"),
        ({"log": [1e-2, 1e-4]}, "expected low < high"),
        ({"uniform": [1, 1]}, "expected low < high"),
        ({"int": [1, 2.5]}, "expected two integers"),
        ({"int": [1, True]}, "expected two numbers"),
        ({"uniform": [1]}, "expected two numbers"),
        ({"uniform": ["a", "b"]}, "expected two numbers"),
        ({"uniform": [0, float("inf")]}, "expected a finite number"),
        ({"log": 3}, "expected a list"),
        ({"choice": []}, "at least one plain value"),
        ({"choice": [[1], [2]]}, "at least one plain value"),
        ({"choice": [1, 1]}, "found a value twice"),
        ({"normal": [0, 1]}, "found a mapping with normal"),
        ({"log": [1, 2], "int": [1, 2]}, "found a mapping with log, int"),
        ({}, "found a mapping with no keys"),
        ([1, 2], "found a list"),
        (None, "found a missing value"),
        (float("nan"), "expected a finite number"),
    ],
)
def test_what_is_no_distribution(written, message):
    with pytest.raises(ValidationError, match=message):
        Distribution.model_validate(written)


def test_position_is_that_of_the_distribution(mistakes):
    (found,) = mistakes(SMALL + "tuning:\n  space:\n    lr:\n      log: [0, 1]\n")
    assert found.startswith("6:7: tuning.space.lr: found log: [0, 1], expected 0 < low")
