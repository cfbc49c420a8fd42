import torch
from torch import nn
from torchjd import scalarization

from harness.api import derive_seed
from harness.testing import PlainStep, linear_problem
from tests.plugins.harness_combiners.records import RECORDS

RECORD = RECORDS["rlw"]
TASKS = ("d/a", "d/b", "d/c")


def weights(tasks=TASKS, seed=0, step=0, present=None):
    """Return the weights of a step by task; the gradient is their vector."""
    torch.manual_seed(seed)
    problem = linear_problem(torch.eye(len(tasks)), [1.0] * len(tasks))
    combiner, theta = RECORD.build(RECORD.parameters(), tasks), nn.Parameter(problem.start.clone())
    combiner.step(PlainStep(problem, theta, torch.optim.SGD([theta], lr=0.0), step=step, present=present))
    return dict(zip(tasks, theta.grad.tolist(), strict=True))


def test_weights_are_torchjds():
    torch.manual_seed(derive_seed(5, "rlw", 2))
    losses = torch.ones(3, requires_grad=True)
    scalarization.Random()(losses).backward()
    torch.testing.assert_close(torch.tensor(list(weights(seed=5, step=2).values())), losses.grad)


def test_weights_are_new_at_every_step_and_seed_and_sum_to_one():
    found = [weights(seed=seed, step=step) for seed in range(3) for step in range(3)]
    assert len({tuple(each.values()) for each in found}) == 9
    for each in found:
        assert abs(sum(each.values()) - 1) < 1e-6


def test_order_of_tasks_does_not_matter():
    assert weights(("d/c", "d/a", "d/b")) == weights()


def test_absent_task_has_no_weight():
    found = weights(present=[True, False, True])
    assert found["d/b"] == 0
    assert abs(found["d/a"] + found["d/c"] - 1) < 1e-6
