import numpy as np
import pytest
import torch
from torch import nn

from harness.testing import PlainStep, linear_problem
from harness_combiners.gradnorm import start_of
from tests.plugins.harness_combiners.records import RECORDS
from tests.train.doubles import Choice
from tests.train.test_context import begin, built  # noqa: F401

SHAPES = (torch.Size((4, 3)), torch.Size((4,)), torch.Size((2, 4)), torch.Size((2,)), torch.Size((2,)))


def combiner_of(n=3, **settings):
    return RECORDS["gradnorm"].build(
        RECORDS["gradnorm"].parameters(**settings), tuple(f"d/{i}" for i in range(n))
    )


def step_of(combiner, jacobian, losses, lr=0.1, **more):
    """Make one step; return the network's gradient, and the scales' gradients."""
    problem = linear_problem(jacobian, losses)
    theta = nn.Parameter(problem.start.clone())
    optimizer = torch.optim.SGD([theta, *combiner.parameters()], lr=lr)
    combiner.step(PlainStep(problem, theta, optimizer, **more))
    return theta.grad, [None if scale.grad is None else float(scale.grad) for scale in combiner.scales]


def gap(scales, norms, rates, alpha):
    """The paper's objective by the formula, with targets from ``scales`` as they are now."""
    weights = len(scales) * np.exp(scales) / np.exp(scales).sum()
    return weights, (weights * norms).mean() * rates**alpha


@pytest.mark.parametrize("alpha", [0.0, 0.12, 1.5])
def test_the_second_step_is_the_papers(alpha):
    jacobian, first, second = np.diag([1.0, 2.0, 8.0]), np.array([2.0, 1.0, 4.0]), np.array([1.0, 0.9, 3.0])
    combiner = combiner_of(alpha=alpha)
    step_of(combiner, jacobian, first.tolist(), lr=0.0)
    gradient, slopes = step_of(combiner, jacobian, second.tolist())
    norms, rates = np.diag(jacobian), (second / first) / (second / first).mean()
    np.testing.assert_allclose(gradient.numpy(), norms, rtol=1e-6)  # weights are still 1
    weights, targets = gap(np.zeros(3), norms, rates, alpha)
    by_weight = np.sign(weights * norms - targets) * norms
    expected = weights * (by_weight - (weights / 3) @ by_weight)  # the softmax's derivative
    np.testing.assert_allclose(slopes, expected, rtol=1e-5)


def test_weighted_gradients_become_equally_long():
    combiner, jacobian = combiner_of(alpha=0.0), torch.diag(torch.tensor([1.0, 2.0, 8.0]))
    before, _ = step_of(combiner, jacobian, [1.0, 1.0, 1.0], lr=0.02)
    for _ in range(200):
        after, _ = step_of(combiner, jacobian, [1.0, 1.0, 1.0], lr=0.02)
    assert before.max() / before.min() == pytest.approx(8)
    assert after.max() / after.min() < 1.4
    assert sum(after / torch.tensor([1.0, 2.0, 8.0])) == pytest.approx(3, rel=1e-5)  # the weights' sum


def test_absent_task_keeps_its_scale_and_its_first_loss_is_yet_to_come():
    combiner = combiner_of()
    gradient, slopes = step_of(combiner, torch.eye(3), [1.0, 2.0, 3.0], present=[True, False, True])
    assert gradient.tolist() == [1.0, 0.0, 1.0]
    assert slopes[1] is None
    assert combiner.initial.isnan().tolist() == [False, True, False]


def test_the_last_layer_is_the_last_matrix_and_what_follows():
    assert start_of("last", SHAPES) == 12 + 4
    assert start_of("all", SHAPES) == 0
    assert start_of("last", SHAPES[1:2]) == 0


@pytest.mark.parametrize("layer", ["all", "last"])
def test_heads_are_weighted_too(built, layer):  # noqa: F811
    run = built(model=Choice(name="smooth"))
    combiner = combiner_of(2, layer=layer)
    with torch.no_grad():
        combiner.scales[0].fill_(1.0)
    weights = 2 * torch.tensor([1.0, 0.0]).softmax(0)
    context = begin(run)
    combiner.step(context)
    heads = [head.weight.grad.clone() for head in run.network.model.heads]
    context = begin(built(model=Choice(name="smooth")))
    context.backward((weights * context.losses()).sum())
    expected = [head.weight.grad for head in context.network.model.heads]
    torch.testing.assert_close(heads, expected)
