"""Properties that the papers promise, of every combiner that has them; see :mod:`properties`."""

import pytest
import torch

from tests.plugins.harness_combiners import properties
from tests.plugins.harness_combiners.gradients import conflicting, drawn, unequal
from tests.plugins.harness_combiners.properties import first_update
from tests.plugins.harness_combiners.records import RECORDS

LOSSES = torch.tensor([0.5, 2.0, 1.0], dtype=torch.float64)
EQUAL = torch.ones(3, dtype=torch.float64)
KINDS = (drawn, conflicting, unequal)
#: Solvers of a finite precision; all other methods are in closed form or to 1e-9.
PRECISION = {"fairgrad": 1e-5}
#: Their updates depend on an order that is drawn.
ORDERED = {"pcgrad", "gradvac"}
#: They work coordinate by coordinate.
COORDINATES = {"graddrop", "excess_mtl"}
#: How a first update grows with the losses, where not in proportion.
POWERS = {"nash_mtl": 0, "db_mtl": 0, "fairgrad": 0}
#: They have a constant in the units of losses or gradients.
WITH_UNITS = {"stch", "cosmos", "modo"}
CONFLICT_FREE = {
    "mgda": 1e-3,
    "nash_mtl": 1e-6,
    "fairgrad": 1e-6,
    "config": 1e-6,
    "upgrad": 1e-4,
    "dualproj": 1e-4,
}
POSITIVE = (
    *("sum", "uncertainty", "dwa", "rlw", "gls", "imtl_l", "stch", "famo", "gradnorm", "mgda", "cagrad"),
    *("db_mtl", "nash_mtl", "upgrad", "dualproj", "fairgrad", "excess_mtl", "sdmgrad", "modo"),
)
#: With TorchJD's own regularisation a gradient of a hundredth of another's length is not protected.
EXACT = {"upgrad": {"regularisation": 1e-10}, "dualproj": {"regularisation": 1e-10}}


def names(without=()):
    return [name for name in RECORDS if name not in without]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", names({"graddrop"}))
def test_updates_are_combinations_of_the_gradients(name, kind):
    properties.is_in_the_span(first_update(name), kind(3, 0), LOSSES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", POSITIVE)
def test_no_task_is_worked_against(name, kind):
    properties.has_positive_weights(first_update(name), kind(3, 1) + 0.01 * drawn(3, 9), LOSSES)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", list(CONFLICT_FREE))
def test_no_loss_rises(name, kind, seed):
    gradients = kind(3, seed) + 0.3 * drawn(3, seed + 7)  # independent
    properties.conflicts_with_none(
        first_update(name, **EXACT.get(name, {})), gradients, LOSSES, CONFLICT_FREE[name]
    )


@pytest.mark.parametrize("name", names(ORDERED))
def test_the_order_of_tasks_does_not_matter(name):
    if name == "rlw" or name == "graddrop":
        pytest.skip("its draws go by name: see the contract")
    properties.does_not_know_the_order(first_update(name), drawn(3, 0), LOSSES, PRECISION.get(name, 1e-9))


@pytest.mark.parametrize("name", names(COORDINATES))
def test_the_basis_of_parameters_does_not_matter(name):
    properties.turns_with_the_gradients(first_update(name), drawn(3, 0), LOSSES, PRECISION.get(name, 1e-9))


@pytest.mark.parametrize("name", names(WITH_UNITS))
def test_updates_grow_with_the_losses(name):
    tolerance = PRECISION.get(name, 1e-5)
    properties.grows_with_the_losses(first_update(name), drawn(3, 0), LOSSES, POWERS.get(name, 1), tolerance)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("sum", {}),
        ("weighted", {}),
        ("dwa", {}),
        ("imtl_l", {}),
        ("gradnorm", {}),
        ("graddrop", {"leak": 1.0}),
    ],
)
def test_equal_weights_are_the_plain_sum(name, settings):
    properties.is_the_sum(first_update(name, **settings), drawn(3, 0), LOSSES)


@pytest.mark.parametrize(
    ("name", "settings", "losses"),
    [
        ("cosmos", {"penalty": 0.0}, LOSSES),
        ("cosmos", {"penalty": 8.0}, EQUAL),  # in the ratio of the preferences already
        ("famo", {}, EQUAL),
        ("gls", {}, EQUAL),
        ("cagrad", {"c": 0.0}, LOSSES),
        ("excess_mtl", {}, LOSSES),
        ("fairgrad", {"alpha": 0.0}, LOSSES),
        ("sdmgrad", {"pull": 1e9}, LOSSES),
        ("modo", {"gamma": 1e-9}, LOSSES),
    ],
)
def test_special_cases_are_the_mean_gradient(name, settings, losses):
    properties.is_the_mean_gradient(first_update(name, **settings), drawn(3, 0), losses)


@pytest.mark.parametrize("name", ["upgrad", "dualproj"])
def test_projections_leave_gradients_that_do_not_conflict(name):
    gradients = drawn(3, 0).abs()
    made = first_update(name)(gradients, LOSSES)
    torch.testing.assert_close(made, gradients.mean(0), rtol=1e-9, atol=1e-9)
