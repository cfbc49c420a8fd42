import pytest
from pydantic import ValidationError

from harness_demo.synthetic_parameters import SyntheticParameters


def test_defaults_are_a_direction_of_three_factors_without_noise():
    parameters = SyntheticParameters()
    assert (sorted(parameters.loads), parameters.label_noise) == (["f1", "f2", "f3"], 0.0)


@pytest.mark.parametrize(
    ("loads", "said"),
    [
        ({"f13": 1.0}, "found f13; allowed: f1, f2"),
        ({}, "at least one of them not 0"),
        ({"f1": 0.0}, "at least one of them not 0"),
        ({"f1": float("nan")}, "finite weights"),
    ],
)
def test_loads_that_are_no_direction_are_refused(loads, said):
    with pytest.raises(ValidationError, match=said):
        SyntheticParameters(loads=loads)


@pytest.mark.parametrize("bad", [{"label_noise": 1.0}, {"classes": 1}, {"label_noise": -0.1}])
def test_values_out_of_range_are_refused(bad):
    with pytest.raises(ValidationError):
        SyntheticParameters(**bad)
