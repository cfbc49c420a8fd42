"""An interrupted training must end as one that was never interrupted, to the bit."""

from __future__ import annotations

import pytest
import torch

from harness.api import CombinerRecord, OptimizerRecord, Scalarizer
from harness.errors import TrainingStopped
from harness.train.checkpoint import TENSORS, Checkpoints
from harness.train.loop import train

from .doubles import Choice, OptimizerParameters, pair, registry, spec_for


class Learned(Scalarizer):
    """All that a combiner may hold: learned weights, a buffer, state that is no tensor, random numbers."""

    def __init__(self, parameters, tasks):
        super().__init__()
        self.weights = torch.nn.Parameter(torch.randn(len(tasks)))
        self.register_buffer("average", torch.zeros(len(tasks)))
        self.calls = 0

    def scalarize(self, losses, context):
        self.calls += 1
        self.average.mul_(0.9).add_(losses.detach())
        weights = self.weights.softmax(0) + torch.rand(len(losses)) / self.calls
        return (weights * losses / (1 + self.average)).sum()

    def get_extra_state(self):
        return {"calls": self.calls}

    def set_extra_state(self, state):
        self.calls = state["calls"]


def adamw(parameters, tensors):
    return torch.optim.AdamW(tensors, lr=parameters.lr, fused=True)


EXTRA = (
    CombinerRecord(name="learned", factory=Learned),
    OptimizerRecord(name="adamw", factory=adamw, parameters=OptimizerParameters),
)


def spec(data, **changes):
    usual = {
        "optimizer": Choice(name="adamw", parameters={"lr": 0.01}),
        "augmentations": (Choice(name="noise"),),
        "scaler": Choice(name="mean"),
        "curve_points": 4,  # so that some batches wait for their point at an interruption
    }
    return spec_for(data, **(usual | changes))


def stop_after(steps):
    asked = iter(range(steps))
    return lambda: next(asked, None) is None


def timeless(result):
    times = ("wall_time_s", "busy_s")
    return {name: value for name, value in result.to_json().items() if name not in times}


def interrupted(data, what, directory, stops):
    """Train with interruptions, ``stops`` steps apart, each time from the files alone."""
    for steps in stops:
        with pytest.raises(TrainingStopped, match="asked to stop after"):
            train(
                data, what, registry=registry(*EXTRA),
                checkpoints=Checkpoints(directory, "k", 1e9), should_stop=stop_after(steps),
            )  # fmt: skip
    return train(data, what, registry=registry(*EXTRA), checkpoints=Checkpoints(directory, "k", 1e9))


@pytest.mark.parametrize("schedule", ["mixed", "alternate"])
@pytest.mark.parametrize("combiner", ["sum", "gradient_sum", "learned"])
def test_interrupted_is_uninterrupted(tmp_path, schedule, combiner):
    data = pair((60, 40), windows=2)
    what = spec(data, schedule=Choice(name=schedule), combiner=Choice(name=combiner))
    whole = train(data, what, registry=registry(*EXTRA))
    assert timeless(interrupted(data, what, tmp_path, [1, 0, 4, 7])) == timeless(whole)


@pytest.mark.parametrize("stop", [0, 3, 6, 11, 14])
def test_any_step_will_do(tmp_path, stop):
    data = pair((60, 40))
    what = spec(data, stopping=Choice(name="wait", parameters={"epochs": 3}), combiner=Choice(name="learned"))
    whole = train(data, what, registry=registry(*EXTRA))
    assert whole.steps == 15
    assert timeless(interrupted(data, what, tmp_path, [stop])) == timeless(whole)


def test_a_training_that_dies_goes_on_from_its_last_checkpoint(tmp_path):
    data = pair((60, 40))
    whole = train(data, spec(data), registry=registry(*EXTRA))
    asked = iter(range(6))

    def dies():
        if next(asked, None) is None:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        train(
            data, spec(data), registry=registry(*EXTRA),
            checkpoints=Checkpoints(tmp_path, "k", 0), should_stop=dies,
        )  # fmt: skip
    saved = Checkpoints(tmp_path, "k", 0).load()
    assert saved["tally"]["step"] == 6
    result = train(data, spec(data), registry=registry(*EXTRA), checkpoints=Checkpoints(tmp_path, "k", 0))
    assert timeless(result) == timeless(whole)
    assert result.wall_time_s > saved["tally"]["wall_s"]


def test_a_damaged_checkpoint_starts_the_training_again(tmp_path):
    data = pair((60, 40))
    whole = train(data, spec(data), registry=registry(*EXTRA))
    with pytest.raises(TrainingStopped):
        train(
            data, spec(data), registry=registry(*EXTRA),
            checkpoints=Checkpoints(tmp_path, "k", 1e9), should_stop=stop_after(5),
        )  # fmt: skip
    (tmp_path / "k" / "0" / TENSORS).write_bytes(b"x")
    with pytest.warns(RuntimeWarning, match="is damaged"):
        result = train(
            data, spec(data), registry=registry(*EXTRA), checkpoints=Checkpoints(tmp_path, "k", 1e9)
        )
    assert timeless(result) == timeless(whole)


def test_a_checkpoint_of_another_training_starts_the_training_again(tmp_path):
    data = pair((60, 40))
    whole = train(data, spec(data), registry=registry(*EXTRA))
    other = spec(data, model=Choice(name="linear"))
    with pytest.raises(TrainingStopped):
        train(
            data,
            other,
            registry=registry(*EXTRA),
            checkpoints=Checkpoints(tmp_path, "k", 1e9),
            should_stop=stop_after(5),
        )
    with pytest.warns(RuntimeWarning, match="does not fit its training"):
        result = train(
            data, spec(data), registry=registry(*EXTRA), checkpoints=Checkpoints(tmp_path, "k", 1e9)
        )
    assert timeless(result) == timeless(whole)


def test_the_checkpoint_is_left_for_the_caller(tmp_path):
    data = pair((60, 40))
    checkpoints = Checkpoints(tmp_path, "k", 0)
    first = train(data, spec(data), registry=registry(*EXTRA), checkpoints=checkpoints)
    again = train(data, spec(data), registry=registry(*EXTRA), checkpoints=checkpoints)
    assert timeless(again) == timeless(first)
    checkpoints.delete()
    assert not (tmp_path / "k").exists()
