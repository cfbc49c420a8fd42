"""Formulas of gls, imtl_l and stch; the gradient of a linear problem with the identity is the vector of weights."""

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from harness.api import StackedStep
from harness.testing import PlainStep, linear_problem
from harness.testing.stacked import stacked_form
from tests.plugins.harness_combiners.records import RECORDS

LOSSES = torch.tensor([0.5, 2.0, 3.0])


def step(name, losses=LOSSES, *, present=None, learned=None, **settings):
    """Make one step; return the combiner and the weights of the tasks."""
    record, problem = RECORDS[name], linear_problem(torch.eye(len(losses)), losses.tolist())
    combiner = record.build(record.parameters(**settings), problem.tasks)
    for parameter, value in zip(combiner.parameters(), learned or [], strict=True):
        parameter.data.fill_(value)
    theta = nn.Parameter(problem.start.clone())
    optimizer = torch.optim.SGD([theta, *combiner.parameters()], lr=0.0)
    combiner.step(PlainStep(problem, theta, optimizer, present=present))
    return combiner, theta.grad


def test_gls_weighs_by_the_inverse_of_the_loss():
    mean = LOSSES.prod() ** (1 / 3)
    torch.testing.assert_close(step("gls")[1], mean / 3 / LOSSES)


def test_gls_of_a_loss_of_zero_is_finite_and_leaves_it():
    _, weights = step("gls", torch.tensor([0.0, 4.0]))
    torch.testing.assert_close(weights, torch.tensor([0.0, (1e-8 * 4) ** 0.5 / 2 / 4]))


def test_gls_refuses_a_negative_loss():
    with pytest.raises(ValueError, match="non-negative"):
        step("gls", torch.tensor([-1.0, 1.0]))
    form = stacked_form(RECORDS["gls"], [RECORDS["gls"].parameters()] * 2, 2)
    described = StackedStep(torch.ones(2, 2) > 0, torch.zeros(2, dtype=torch.int64), torch.zeros(2) > 0)
    found = form.scalarize(torch.tensor([[-1.0, 1.0], [4.0, 1.0]], dtype=torch.float64), described)
    assert found.isnan().tolist() == [True, False]
    assert found[1] == 2


def test_imtl_l_has_its_closed_form():
    """dL/dtheta = sum exp(s) g, dL/ds = exp(s) l - 1 (Liu et al. 2021)."""
    s = torch.tensor([0.3, -1.0, 2.0])
    combiner, weights = step("imtl_l", learned=s.tolist())
    torch.testing.assert_close(weights, torch.exp(s))
    found = torch.stack([parameter.grad for parameter in combiner.parameters()])
    torch.testing.assert_close(found, torch.exp(s) * LOSSES - 1)


def test_imtl_l_leaves_the_scale_of_an_absent_task():
    combiner, weights = step("imtl_l", present=[True, False, True], learned=[0.3, -1.0, 2.0])
    assert list(combiner.parameters())[1].grad is None
    assert weights[1] == 0


@pytest.mark.parametrize("mu", [0.01, 0.1, 1.0, 100.0])
def test_stch_is_a_softmax_of_the_losses(mu):
    torch.testing.assert_close(step("stch", mu=mu)[1], torch.softmax(LOSSES / 3 / mu, 0) / 3)


def test_stch_is_stable_where_losses_are_large():
    form = stacked_form(RECORDS["stch"], [RECORDS["stch"].parameters(mu=1e-3)], 2)
    described = StackedStep(torch.ones(1, 2) > 0, torch.zeros(1, dtype=torch.int64), torch.zeros(1) > 0)
    losses = torch.tensor([[1e6, 1.0]], dtype=torch.float64)
    torch.testing.assert_close(form.scalarize(losses, described), torch.tensor([5e5], dtype=torch.float64))
    assert torch.isfinite(step("stch", torch.tensor([1e6, 1.0]), mu=1e-3)[1]).all()


@pytest.mark.parametrize("mu", [0.0, -1.0, float("nan")])
def test_mu_is_positive(mu):
    with pytest.raises(ValidationError):
        RECORDS["stch"].parameters(mu=mu)
