import numpy as np
import pytest
import torch

from tests.plugins.harness_combiners.given import Given, built
from tests.plugins.harness_combiners.gradients import drawn
from tests.train.doubles import Choice
from tests.train.test_context import begin
from tests.train.test_context import built as built_run  # noqa: F401


def by_formula(gradients, beta, sigma):
    """Lin et al. 2023: averages of the logarithms' gradients ``[steps, tasks, parameters]``, made equally long."""
    average, found = np.zeros_like(gradients[0]), []
    for k, gradient in enumerate(gradients, start=1):
        share = beta / k**sigma
        average = share * average + (1 - share) * gradient
        lengths = np.linalg.norm(average, axis=1)
        found.append(lengths.max() * (average / lengths[:, None]).sum(0))
    return np.array(found)


@pytest.mark.parametrize(("beta", "sigma"), [(0.0, 0.0), (0.9, 0.5), (0.9, 0.0), (0.5, 1.0)])
def test_many_steps_are_the_formulas(beta, sigma):
    combiner = built("db_mtl", beta=beta, sigma=sigma)
    gradients = torch.stack([drawn(3, step) for step in range(6)])
    found = [combiner.balanced(gradient, Given(gradient, step=k)) for k, gradient in enumerate(gradients)]
    np.testing.assert_allclose(torch.stack(found), by_formula(gradients.numpy(), beta, sigma), rtol=1e-6)


def test_absent_task_keeps_its_average_and_adds_nothing():
    combiner = built("db_mtl")
    combiner.balanced(drawn(3, 0), Given(drawn(3, 0)))
    before = combiner.averages.clone()
    gradients = drawn(3, 1) * torch.tensor([[1.0], [0.0], [1.0]])
    update = combiner.balanced(gradients, Given(gradients, present=[True, False, True]))
    assert (combiner.averages == before).all(1).tolist() == [False, True, False]
    assert combiner.steps.tolist() == [2, 1, 2]
    pair = combiner.averages[[0, 2]]
    expected = pair.norm(dim=1).max() * torch.nn.functional.normalize(pair, dim=1).sum(0)
    torch.testing.assert_close(update, expected, rtol=1e-6, atol=1e-6)


def test_a_head_follows_the_logarithm_of_its_loss(built_run):  # noqa: F811
    run = built_run(model=Choice(name="smooth"))
    built("db_mtl", 2).float().step(begin(run))
    found = [head.weight.grad.clone() for head in run.network.model.heads]
    context = begin(built_run(model=Choice(name="smooth")))
    context.backward(context.losses().log().sum())
    torch.testing.assert_close(found, [head.weight.grad for head in context.network.model.heads])


def test_a_saved_state_brings_its_size():
    combiner, fresh = built("db_mtl"), built("db_mtl")
    combiner.balanced(drawn(3, 0), Given(drawn(3, 0)))
    fresh.load_state_dict(combiner.state_dict())
    assert torch.equal(fresh.averages, combiner.averages)
    combiner.load_state_dict(built("db_mtl").state_dict())  # and one of before the first step
    assert combiner.averages.shape == (0,)
