import pytest
import torch
from torch import nn

from harness.testing import CombinerContract, PlainStep, linear_problem
from tests.plugins.harness_combiners.records import RECORDS

RECORD = RECORDS["uncertainty"]
LOSSES, JACOBIAN = [0.5, 2.0, 3.0], torch.tensor([[1.0, 2.0], [-2.0, 1.0], [0.5, 0.0]])


class TestUncertainty(CombinerContract):
    record = RECORD
    sum_at_start = 0.5


def step(log_variances, present, optimizer=torch.optim.SGD, **options):
    """Make one step from given log-variances; return the combiner and the shared gradient."""
    problem = linear_problem(JACOBIAN, LOSSES)
    combiner, theta = RECORD.build(RECORD.parameters(), problem.tasks), nn.Parameter(problem.start.clone())
    for parameter, value in zip(combiner.parameters(), log_variances, strict=True):
        parameter.data.fill_(value)
    combiner.step(
        PlainStep(problem, theta, optimizer([theta, *combiner.parameters()], **options), present=present)
    )
    return combiner, theta.grad


def test_gradients_have_their_closed_form():
    """dL/dtheta = sum ½ exp(-s) g, dL/ds = ½ - ½ exp(-s) l (Kendall et al. 2018)."""
    s = torch.tensor([0.3, -1.0, 2.0])
    combiner, gradient = step(s, [True] * 3, lr=0.0)
    torch.testing.assert_close(gradient, (0.5 * torch.exp(-s)) @ JACOBIAN)
    found = torch.stack([parameter.grad for parameter in combiner.parameters()])
    torch.testing.assert_close(found, 0.5 - 0.5 * torch.exp(-s) * torch.tensor(LOSSES))


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.AdamW])
def test_log_variance_of_an_absent_task_stays(optimizer):
    combiner, gradient = step([0.3, -1.0, 2.0], [True, False, True], optimizer, lr=0.1, weight_decay=0.1)
    values = [float(parameter.detach()) for parameter in combiner.parameters()]
    assert values[1] == -1.0
    assert values[0] != pytest.approx(0.3)
    assert list(combiner.parameters())[1].grad is None
    weights = 0.5 * torch.exp(-torch.tensor([0.3, 2.0]))
    torch.testing.assert_close(gradient, weights @ JACOBIAN[[0, 2]])
