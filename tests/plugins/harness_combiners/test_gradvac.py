import pytest
import torch
from torchjd import aggregation

from harness.api import derive_seed
from harness.testing import quadratic_problem
from harness.testing.steps import PlainStep, PlainTraining
from tests.plugins.harness_combiners.gradients import conflicting, drawn, seeded
from tests.plugins.harness_combiners.records import RECORDS

TASKS = ("d/a", "d/b", "d/c", "d/d")


@pytest.mark.parametrize("beta", [0.0, 0.01, 0.5, 1.0])
@pytest.mark.parametrize("kind", [drawn, conflicting])
def test_many_steps_are_torchjds(kind, beta):
    """TorchJD keeps its aims from call to call; the orders of a step are those of its seed."""
    combiner, other = seeded("gradvac", 4, TASKS, beta=beta), aggregation.GradVac(beta=beta)
    problem = quadratic_problem(TASKS, dtype=torch.float64)
    for step in range(8):
        gradients = kind(4, step)
        context = PlainStep(problem, problem.start, torch.optim.SGD([problem.start]), step=step)
        found = combiner.aggregate(gradients, context)
        torch.manual_seed(derive_seed(4, "gradvac", step))
        torch.testing.assert_close(found, other(gradients), rtol=1e-10, atol=1e-10)
    assert combiner.aims.abs().sum() > 0 or beta == 0


def test_aims_of_an_absent_task_stay():
    combiner = seeded("gradvac", 0, TASKS[:3])
    training = PlainTraining(combiner, quadratic_problem(TASKS[:3], dtype=torch.float64))
    training.run(1)
    before = combiner.aims.clone()
    training.run(1)  # the first task alone
    assert torch.equal(combiner.aims, before)
    training.run(1)  # the others
    changed = (combiner.aims != before).nonzero().tolist()
    assert changed == [[1, 2], [2, 1]]


def test_aims_are_in_the_state():
    combiner = seeded("gradvac", 0, TASKS)
    assert set(combiner.state_dict()) == {"aims", "_extra_state"}
    assert RECORDS["gradvac"].parameters().beta == 0.5
