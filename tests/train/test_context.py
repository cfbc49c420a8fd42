import pytest
import torch

from harness.errors import NonFiniteLossError, TrainingError
from harness.train.guards import session
from harness.train.setup import build_run

from .doubles import Choice, pair, part, registry, rows, run_data, spec_for


@pytest.fixture
def built():
    def build(data=None, **changes):
        data = data or pair()
        with session("cpu", deterministic=False) as device:
            return build_run(data, spec_for(data, **changes), registry(), device)

    return build


def begin(run, positions=None, step=0):
    positions = positions or next(run.schedule.steps())
    run.context.begin(run.batcher.batch(positions, [0] * len(run.data.tasks)), step, ends_epoch=False)
    return run.context


def grads_of(model):
    return [None if p.grad is None else p.grad.clone() for p in model.parameters()]


def test_losses_are_the_means_over_each_tasks_own_samples(built):
    run = built(model=Choice(name="linear"))
    context = begin(run)
    for task, criterion in enumerate(run.criteria):
        start, stop = context.batch.spans[task]
        logits = run.network.model(context.batch.x[start:stop])[context.tasks[task]]
        expected = criterion(logits, context.batch.targets[task]).mean()
        torch.testing.assert_close(context.losses()[task], expected)


def test_gradients_of_tasks_add_up_to_the_gradient_of_the_sum(built):
    run = built(model=Choice(name="smooth"))
    context = begin(run)
    gradients = context.gradients()
    assert gradients.shape == (2, sum(p.numel() for p in run.network.model.trunk.parameters()))
    context.set_gradient(gradients.sum(0))
    by_rows = grads_of(run.network.model)
    context = begin(run)
    context.backward(context.losses().sum())
    for found, expected in zip(by_rows, grads_of(run.network.model), strict=True):
        torch.testing.assert_close(found, expected)


def test_gramian_is_the_product_of_the_gradients(built):
    context = begin(built(model=Choice(name="smooth")))
    gradients = context.gradients()
    expected = [[float(a @ b) for b in gradients] for a in gradients]
    torch.testing.assert_close(context.gramian(), torch.tensor(expected))


def test_an_absent_task_has_a_zero_loss_and_a_zero_gradient_of_the_same_width(built):
    run = built(model=Choice(name="smooth"))
    width = begin(run).gradients().shape[1]
    context = begin(run, {1: next(run.schedule.steps())[1]})
    assert context.present.tolist() == [False, True]
    assert context.losses()[0] == 0
    assert context.gradients().shape == (2, width)
    assert not context.gradients()[0].any()
    assert context.gradients()[1].any()
    assert run.network.model.heads[0].weight.grad is None
    assert run.network.model.heads[1].weight.grad is not None


def test_labels_of_one_task_do_not_reach_the_head_of_another(built):
    data = run_data((rows("a", 20),), part("a/x", 0, 20), part("a/y", 0, 20, train=5))
    run = built(data, model=Choice(name="linear"))
    context = begin(run)
    context.backward(context.losses()[0])
    head = run.network.model.heads[0]
    start, stop = context.batch.spans[0]
    x = context.batch.x[start:stop].flatten(1)
    logits = x @ head.weight.T + head.bias
    residual = logits.softmax(-1) - torch.nn.functional.one_hot(context.batch.targets[0], 3)
    torch.testing.assert_close(head.weight.grad, residual.T @ x / len(x))
    assert not run.network.model.heads[1].weight.grad.any()


def test_losses_after_sees_the_update_and_nothing_else(built):
    run = built(model=Choice(name="small"))
    context = begin(run)
    before = context.losses().detach()
    state = {name: value.clone() for name, value in run.network.model.state_dict().items()}
    torch.testing.assert_close(context.losses_after(), before, rtol=0, atol=0)  # dropout's masks are the same
    assert all(torch.equal(state[name], value) for name, value in run.network.model.state_dict().items())
    context.backward(context.losses().sum())
    context.update()
    after = context.losses_after()
    assert not after.requires_grad
    assert after.sum() < before.sum()


def test_random_draws_of_a_step_do_not_depend_on_what_ran_before(built):
    run = built()
    context = begin(run, step=5)
    first, drawn = context.losses().detach().clone(), torch.rand(3)
    torch.rand(10)
    context = begin(run, step=5)
    assert torch.equal(context.losses(), first)
    assert torch.equal(torch.rand(3), drawn)
    assert not torch.equal(begin(run, step=6).losses(), first)


def test_a_gradient_of_the_wrong_width_is_refused(built):
    context = begin(built(model=Choice(name="smooth")))
    with pytest.raises(TrainingError, match=r"shape \(3,\).*need \(15,\)"):
        context.set_gradient(torch.zeros(3))


def test_a_gradient_is_taken_twice_but_computed_once(built):
    context = begin(built(model=Choice(name="smooth")))
    assert context.gradients() is context.gradients()
    assert context.losses() is context.losses()


def test_gradients_can_be_followed_by_backward(built):
    run = built(model=Choice(name="smooth"))
    context = begin(run)
    context.gradients()
    context.backward(context.losses().sum())
    twice = grads_of(run.network.model)
    context = begin(run)
    context.backward(context.losses().sum())
    for found, expected in zip(twice, grads_of(run.network.model), strict=True):
        torch.testing.assert_close(found, expected)


def test_a_loss_that_is_not_finite_names_task_step_and_lr(built):
    run = built(optimizer=Choice(name="sgd", parameters={"lr": 0.25}))
    context = begin(run, step=4)
    context.batch.x[9] = float("nan")
    with pytest.raises(NonFiniteLossError, match=r"training loss of b/y is nan at step 5 with lr 0\.25"):
        context.losses()
