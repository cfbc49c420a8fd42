"""The plain step against closed forms."""

import torch
from torch import nn

from harness.testing import PlainStep, linear_problem, quadratic_problem


def step_on(problem, **options):
    theta = nn.Parameter(problem.start.clone())
    return PlainStep(problem, theta, torch.optim.SGD([theta], lr=0.5), **options), theta


def test_linear_problem_has_its_losses_gradients_and_gramian():
    jacobian = torch.tensor([[1.0, 2.0], [0.0, -1.0]])
    context, theta = step_on(linear_problem(jacobian, [3.0, 4.0]))
    assert context.losses().tolist() == [3, 4]
    torch.testing.assert_close(context.gradients(), jacobian)
    torch.testing.assert_close(context.gramian(), jacobian @ jacobian.T)
    context.set_gradient(jacobian.sum(0))
    context.update()
    torch.testing.assert_close(theta.detach(), torch.tensor([-0.5, -0.5]))
    torch.testing.assert_close(context.losses_after(), torch.tensor([1.5, 4.5]))


def test_absent_task_has_no_loss_and_no_gradient():
    context, theta = step_on(linear_problem([[1.0, 2.0], [0.0, -1.0]], [3.0, 4.0]), present=[True, False])
    assert context.losses().tolist() == [3, 0]
    assert context.gradients()[1].tolist() == [0, 0]
    context.backward(context.losses().sum())
    assert theta.grad.tolist() == [1, 2]


def test_quadratic_problem_depends_on_names_alone():
    one, other = quadratic_problem(("a/a", "b/b")), quadratic_problem(("b/b", "a/a"))
    theta = torch.ones(4)
    torch.testing.assert_close(one.losses(theta), other.losses(theta).flip(0))
