import pytest
import torch
from pydantic import ValidationError
from torch import nn
from torchjd import aggregation

from harness.api import derive_seed
from harness.testing import PlainStep, linear_problem
from tests.plugins.harness_combiners.records import RECORDS

RECORD = RECORDS["graddrop"]
JACOBIAN = torch.randn(3, 50, generator=torch.Generator().manual_seed(0))


def gradient_of(seed=0, step=0, present=None, **settings):
    torch.manual_seed(seed)
    problem = linear_problem(JACOBIAN, [1.0] * 3)
    combiner, theta = (
        RECORD.build(RECORD.parameters(**settings), problem.tasks),
        nn.Parameter(problem.start.clone()),
    )
    combiner.step(PlainStep(problem, theta, torch.optim.SGD([theta], lr=0.0), step=step, present=present))
    return theta.grad


@pytest.mark.parametrize("leak", [0.0, 0.3])
def test_gradient_is_torchjds(leak):
    torch.manual_seed(derive_seed(3, "graddrop", 9))
    expected = aggregation.GradDrop(leak=torch.full((3,), leak))(JACOBIAN)
    torch.testing.assert_close(gradient_of(3, 9, leak=leak), expected)


def test_each_coordinate_has_one_sign():
    positive, negative = JACOBIAN.clamp(min=0).sum(0), JACOBIAN.clamp(max=0).sum(0)
    found = gradient_of()
    assert torch.all(torch.isclose(found, positive) | torch.isclose(found, negative))
    assert not torch.allclose(found, gradient_of(step=1))


def test_a_leak_of_one_is_the_sum():
    torch.testing.assert_close(gradient_of(leak=1.0), JACOBIAN.sum(0))


def test_present_tasks_alone_are_dropped():
    torch.testing.assert_close(gradient_of(present=[False, True, False]), JACOBIAN[1])


@pytest.mark.parametrize("leak", [-0.1, 1.1, float("nan")])
def test_leak_is_a_share(leak):
    with pytest.raises(ValidationError):
        RECORD.parameters(leak=leak)
