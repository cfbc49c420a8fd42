"""What the updates of many combiners have in common: each function raises where an update has not got it."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.testing import assert_close

from harness.testing import PlainStep, Problem
from tests.plugins.harness_combiners.records import RECORDS, skip_without_solver

#: From ``gradients [tasks, parameters]`` and ``losses [tasks]`` to the update ``[parameters]``.
Update = Callable[[Tensor, Tensor], Tensor]


def first_update(name: str, **settings: object) -> Update:
    """Return the function that makes a combiner's first update, in float64."""
    skip_without_solver(name)

    def update(gradients: Tensor, losses: Tensor) -> Tensor:
        torch.manual_seed(0)
        tasks = tuple(f"d/{task}" for task in range(len(losses)))
        combiner = RECORDS[name].build(RECORDS[name].parameters(**settings), tasks).double()
        problem = Problem(tasks, lambda theta: losses + gradients @ theta, torch.zeros_like(gradients[0]))
        theta = nn.Parameter(problem.start.clone())
        combiner.step(PlainStep(problem, theta, torch.optim.SGD([theta, *combiner.parameters()], lr=0.0)))
        return theta.grad

    return update


def is_in_the_span(update: Update, gradients: Tensor, losses: Tensor) -> None:
    """The update is a combination of the gradients."""
    made = update(gradients, losses)
    weights = torch.linalg.lstsq(gradients.T, made.unsqueeze(1)).solution
    assert_close((gradients.T @ weights)[:, 0], made, rtol=0, atol=1e-9 * float(made.norm()))


def has_positive_weights(update: Update, gradients: Tensor, losses: Tensor) -> None:
    """The update is a combination of independent gradients with weights that are not negative."""
    made = update(gradients, losses)
    weights = torch.linalg.lstsq(gradients.T, made.unsqueeze(1)).solution[:, 0]
    assert weights.min() > -1e-6 * weights.abs().max(), weights


def conflicts_with_none(update: Update, gradients: Tensor, losses: Tensor, tolerance: float) -> None:
    """No loss rises along the update, to first order; relative to the lengths."""
    made = update(gradients, losses)
    assert made.norm() > 0
    cosines = gradients @ made / (gradients.norm(dim=1) * made.norm())
    assert cosines.min() > -tolerance, cosines


def does_not_know_the_order(update: Update, gradients: Tensor, losses: Tensor, tolerance: float) -> None:
    """Tasks in another order give the same update."""
    order = torch.tensor([2, 0, 1])
    made, other = update(gradients, losses), update(gradients[order], losses[order])
    assert_close(other, made, rtol=tolerance, atol=tolerance)


def turns_with_the_gradients(update: Update, gradients: Tensor, losses: Tensor, tolerance: float) -> None:
    """Parameters in another basis give the same update, in that basis."""
    generator = torch.Generator().manual_seed(3)
    size = gradients.shape[1]
    turn = torch.linalg.qr(torch.randn(size, size, generator=generator, dtype=gradients.dtype)).Q
    made, other = update(gradients, losses), update(gradients @ turn, losses)
    assert_close(other, made @ turn, rtol=tolerance, atol=tolerance)


def grows_with_the_losses(
    update: Update, gradients: Tensor, losses: Tensor, power: float, tolerance: float
) -> None:
    """Losses five times as large give an update that is ``5 ** power`` times as long."""
    made, other = update(gradients, losses), update(5 * gradients, 5 * losses)
    assert_close(other, 5**power * made, rtol=tolerance, atol=tolerance)


def is_the_mean_gradient(update: Update, gradients: Tensor, losses: Tensor) -> None:
    assert_close(update(gradients, losses), gradients.mean(0), rtol=1e-5, atol=1e-5)


def is_the_sum(update: Update, gradients: Tensor, losses: Tensor) -> None:
    assert_close(update(gradients, losses), gradients.sum(0), rtol=1e-12, atol=1e-12)
