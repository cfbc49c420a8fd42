"""Looking ahead: against a step made by hand, its sign, and a network that is left as it was."""

import copy

import numpy as np
import pytest
import torch

from harness.measures import tag_affinity
from harness.probes.joint import interval, train_together
from harness.probes.lookahead import look_ahead
from harness.train.checkpoint import Checkpoints
from harness.train.guards import session
from harness.train.loop import Tally, ended, make_step, next_positions
from harness.train.setup import build_run
from tests.train.doubles import Choice, pair, registry, spec_for


@pytest.fixture
def built():
    def build(model: str, lr: float = 0.1, **changes):
        data = pair()
        optimizer = Choice(name="sgd", parameters={"lr": lr})
        with session("cpu", deterministic=False) as device:
            return build_run(
                data,
                spec_for(data, model=Choice(name=model), optimizer=optimizer, **changes),
                registry(),
                device,
            )

    return build


def by_hand(run, positions, lr):
    """The losses after each task's plain step of the trunk, from torch alone; for a model without any state."""
    batch = run.batcher.batch(positions, [0, 0])

    def losses(model):
        return [
            run.criteria[t](
                model(batch.x[slice(*batch.spans[t])])[run.context.tasks[t]], batch.targets[t]
            ).mean()
            for t in (0, 1)
        ]

    after = []
    for task in (0, 1):
        model = copy.deepcopy(run.network.model)
        trunk = list(model.trunk.parameters())
        grads = torch.autograd.grad(losses(model)[task], trunk)
        with torch.no_grad():
            for parameter, grad in zip(trunk, grads, strict=True):
                parameter -= lr * grad
            after.append([float(loss.detach()) for loss in losses(model)])
    return [float(loss.detach()) for loss in losses(run.network.model)], after


def test_losses_are_those_of_a_step_made_by_hand(built) -> None:
    run = built("smooth", lr=0.3)
    positions = next(run.schedule.steps())
    before, after, gramian = look_ahead(run, 0, positions)
    expected_before, expected_after = by_hand(run, positions, 0.3)
    np.testing.assert_allclose(before, expected_before, rtol=1e-6)
    np.testing.assert_allclose(after, expected_after, rtol=1e-5)
    assert gramian.shape == (2, 2)
    assert np.all(np.diag(gramian) > 0)


def test_a_tasks_own_small_step_helps_itself_by_its_squared_gradient(built) -> None:
    run = built("smooth", lr=1e-3)
    before, after, gramian = look_ahead(run, 0, next(run.schedule.steps()))
    affinity = tag_affinity(before, after)
    # to first order: affinity[i, j] = lr * <g_i, g_j> / L_j, so positive where gradients agree
    np.testing.assert_allclose(affinity, 1e-3 * gramian / before, rtol=0.05, atol=2e-6)
    assert np.all(np.diag(affinity) > 0)


def test_the_network_is_left_as_it_was(built) -> None:
    run = built("small")
    run.network.model.train()
    before = copy.deepcopy(run.network.model.state_dict())
    look_ahead(run, 0, next(run.schedule.steps()))
    for name, value in run.network.model.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_a_training_that_is_measured_is_the_training_that_is_not(built, tmp_path) -> None:
    data = pair()
    spec = spec_for(data)
    plain, tally = built("small"), Tally()
    plain.network.model.train()
    steps = plain.schedule.steps()
    while not ended(plain):
        make_step(plain, tally, next_positions(steps, tally.step))
    run, sums = train_together(data, spec, Checkpoints(tmp_path, "key", 1e9), 4, registry=registry())
    assert interval(run, 4) == max(task.budget.steps for task in run.progress) // 4
    assert 4 <= sums.n + sums.skipped <= 8
    for name, value in run.network.model.state_dict().items():
        assert torch.equal(value, plain.network.model.state_dict()[name]), name


def test_from_a_checkpoint_the_sums_are_the_same(tmp_path) -> None:
    data = pair()
    spec = spec_for(data)
    _, whole = train_together(data, spec, Checkpoints(tmp_path, "whole", 1e9), 5, registry=registry())

    class Dying(Checkpoints):
        def save(self, state):
            super().save(state)
            if state["tally"]["step"] == 7:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_together(data, spec, Dying(tmp_path, "broken", 0.0), 5, registry=registry())
    _, again = train_together(data, spec, Checkpoints(tmp_path, "broken", 1e9), 5, registry=registry())
    assert again == whole
