"""The mean of the states at the ends of the last epochs is what is tested where the rule asks for it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from harness.api import StoppingRecord
from harness.train.average import Average
from harness.train.checkpoint import Checkpoints
from harness.train.loop import train
from harness.train.refit import train_again

from .doubles import alone, pair, registry, spec_for

EPOCHS = 6


def rule(taken: int):
    """Return a record of a rule that takes the last epoch, averaged over the last ``taken``."""
    from harness.api import Parameters, StoppingRule

    class Last(StoppingRule):
        takes_last = True
        averaged = taken

        def update(self, score):
            return False

        def state_dict(self):
            return {}

        def load_state_dict(self, state):
            pass

    return StoppingRecord(name="wait", factory=lambda parameters: Last(parameters), parameters=Parameters)


def states(data, taken: int, epochs: int = EPOCHS, **options):
    """Return each task's state that is tested, of a training with this rule."""
    kept = {}
    options = {"keep": kept.update} | options
    run = options.pop("run", train)
    result = run(data, spec_for(data, epochs=epochs), registry=registry(rule(taken)), **options)
    return kept, result


def by_epoch(data, task):
    return [states(data, 1, epochs)[0][task] for epochs in range(1, EPOCHS + 1)]


@pytest.mark.parametrize("taken", [2, 4, 99])
def test_the_last_epochs_are_averaged(taken):
    data = alone(pair())
    found, _ = states(data, taken)
    wanted = by_epoch(data, "a/x")[-min(taken, EPOCHS) :]
    for name, value in found["a/x"].items():
        if value.is_floating_point():
            torch.testing.assert_close(value, torch.stack([state[name] for state in wanted]).mean(0))
        else:
            assert torch.equal(value, wanted[-1][name])


def test_curves_and_validation_scores_are_those_of_the_trained_network():
    data = alone(pair())
    (_, plain), (_, averaged) = states(data, 1), states(data, 3)
    assert averaged.curves == plain.curves
    assert averaged.validation == plain.validation
    assert averaged.predictions != plain.predictions


def test_tasks_of_a_group_have_averages_of_their_own():
    data = pair((20, 60))  # the first task's budget is spent before the second's
    found, _ = states(data, 3)
    assert any(not torch.equal(found["a/x"][name], found["b/y"][name]) for name in found["a/x"])
    alone_after = states(data, 1)[0]
    assert any(not torch.equal(found["b/y"][name], alone_after["b/y"][name]) for name in found["b/y"])


def test_a_refitted_training_averages_its_own_epochs():
    data = alone(pair())
    spec = spec_for(data, epochs=EPOCHS)
    kept = {}
    train_again(data, spec, registry=registry(rule(3)), keep=kept.update)
    last = {}
    train_again(data, spec, registry=registry(rule(1)), keep=last.update)
    assert any(not torch.equal(kept["a/x"][name], last["a/x"][name]) for name in kept["a/x"])


def test_an_interrupted_training_has_the_same_average(tmp_path):
    from harness.errors import TrainingStopped

    data = alone(pair())
    whole, _ = states(data, 4)
    steps = iter([False] * 13 + [True])
    with pytest.raises(TrainingStopped):
        states(data, 4, checkpoints=Checkpoints(tmp_path, "k", 1e9), should_stop=lambda: next(steps))
    found, _ = states(data, 4, checkpoints=Checkpoints(tmp_path, "k", 1e9))
    for name, value in whole["a/x"].items():
        assert torch.equal(found["a/x"][name], value)


def test_the_running_mean_is_the_mean():
    rng = np.random.default_rng(0)
    values = [torch.from_numpy(rng.normal(size=5)) for _ in range(7)]
    average = Average()
    for number, value in enumerate(values):
        average.add({"weight": value, "count": torch.tensor(number)})
    torch.testing.assert_close(average.state["weight"], torch.stack(values).mean(0))
    assert average.state["count"] == 6
    again = Average.from_state(average.to_state(), torch.device("cpu"))
    assert again.n == 7
