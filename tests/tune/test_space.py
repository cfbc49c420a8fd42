import math

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from harness.tune.space import centre, constants, distributions, grid, without_unknown

SPACE = {
    "lr": {"log": [1e-4, 1e-2]},
    "dropout": {"uniform": [0.0, 0.5]},
    "width": {"int": [8, 32]},
    "norm": {"choice": ["dataset", "none"]},
    "momentum": 0.9,
}


def test_distributions_are_optunas() -> None:
    assert distributions(SPACE) == {
        "lr": FloatDistribution(1e-4, 1e-2, log=True),
        "dropout": FloatDistribution(0.0, 0.5),
        "width": IntDistribution(8, 32),
        "norm": CategoricalDistribution(["dataset", "none"]),
    }


def test_constants_are_what_does_not_vary() -> None:
    assert constants(SPACE) == {"momentum": 0.9}


def test_centre_is_geometric_for_log() -> None:
    middle = centre(SPACE)
    assert math.isclose(middle.pop("lr"), 1e-3)
    assert middle == {"dropout": 0.25, "width": 20, "norm": "dataset"}


def test_two_kinds_in_one_entry_are_refused() -> None:
    with pytest.raises(ValueError, match="one key"):
        distributions({"lr": {"log": [1, 2], "uniform": [1, 2]}})


def test_without_unknown_keeps_what_is_known() -> None:
    assert set(without_unknown(SPACE, {"lr", "combiner.temperature"})) == {"lr"}


def test_a_grid_of_a_distribution_without_points_is_refused() -> None:
    with pytest.raises(
        ValueError, match="a grid is made of choices; found another distribution of lr, dropout"
    ):
        grid({name: SPACE[name] for name in ("lr", "dropout", "norm")})
    assert grid({"norm": SPACE["norm"], "momentum": 0.9}) == [{"norm": "dataset"}, {"norm": "none"}]
    assert grid({}) == [{}]
