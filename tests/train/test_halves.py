"""Gradients of the two halves of a batch, for combiners that need independent samples."""

import pytest
import torch

from harness.bases.mixing import Mixed
from harness.train.batches import Batch

from .doubles import Choice, pair
from .test_context import begin, built, grads_of  # noqa: F401


def batch_of(n):
    targets, mixing = torch.arange(n), (torch.arange(n) + 10, torch.linspace(0, 1, n))
    return Batch(
        x=torch.zeros(n + 2, 1), segments=(), spans={1: (2, n + 2)}, targets={1: targets}, mixing={1: mixing}
    )


@pytest.mark.parametrize("n", [2, 3, 4, 7])
def test_halves_are_disjoint_and_leave_nothing_out(n):
    whole = batch_of(n)
    first, second = whole.halves()
    assert first.spans[1] == (2, 2 + (n + 1) // 2)
    assert second.spans[1] == (first.spans[1][1], n + 2)
    assert first.x is whole.x
    for part in (lambda b: b.targets[1], lambda b: b.mixing[1][0], lambda b: b.mixing[1][1]):
        assert torch.equal(torch.cat([part(first), part(second)]), part(whole))


def test_a_single_sample_is_in_both_halves():
    first, second = batch_of(1).halves()
    assert first.spans == second.spans == {1: (2, 3)}
    assert first.targets[1].tolist() == second.targets[1].tolist() == [0]


def test_gradients_of_the_halves_are_those_of_their_samples(built):  # noqa: F811
    run = built(model=Choice(name="smooth"))
    context = begin(run)
    halves = context.halves()
    assert halves.shape == (2, *context.gradients().shape)
    torch.testing.assert_close(halves.mean(0), context.gradients())  # batches of eight
    for half, batch in zip(halves, context.batch.halves(), strict=True):
        for task, criterion in enumerate(run.criteria):
            logits = run.network.model(batch.x[slice(*batch.spans[task])])[context.tasks[task]]
            loss = criterion(logits, batch.targets[task]).mean()
            grads = torch.autograd.grad(loss, list(run.network.model.trunk.parameters()))
            torch.testing.assert_close(half[task], torch.cat([grad.flatten() for grad in grads]))
    assert (halves[0] - halves[1]).abs().max() > 1e-3


def test_halves_leave_gradients_alone(built):  # noqa: F811
    run = built(model=Choice(name="smooth"))
    context = begin(run)
    context.halves()
    assert grads_of(run.network.model) == [None] * len(list(run.network.model.parameters()))


def test_an_absent_task_has_none_in_either_half(built):  # noqa: F811
    run = built(model=Choice(name="smooth"))
    context = begin(run, {1: next(run.schedule.steps())[1]})
    halves = context.halves()
    assert not halves[:, 0].any()
    assert halves[:, 1].any(1).all()


def test_mixed_samples_stay_mixed(built):  # noqa: F811
    run = built(pair(), model=Choice(name="smooth"))
    partner, weight = torch.arange(8).flip(0), torch.full((8,), 0.5)
    run.batcher.augmentations = [lambda x, generator: Mixed(x, partner, weight)]
    context = begin(run)
    assert context.batch.mixing
    torch.testing.assert_close(context.halves().mean(0), context.gradients())
