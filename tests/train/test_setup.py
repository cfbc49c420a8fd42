import numpy as np
import torch

from harness.api import CombinerRecord, LossRecord, OptimizerRecord
from harness.train.guards import session
from harness.train.setup import build_run

from .doubles import (
    Choice,
    CrossEntropy,
    MeanOnly,
    OptimizerParameters,
    Sum,
    pair,
    part,
    registry,
    rows,
    run_data,
    spec_for,
)


class Weighing(Sum):
    def __init__(self, parameters, tasks):
        super().__init__(parameters, tasks)
        self.weights = torch.nn.Parameter(torch.rand(len(tasks)))


def adamw(parameters, tensors):
    return torch.optim.AdamW(tensors, lr=parameters.lr, weight_decay=0.3)


EXTRA = (
    CombinerRecord(name="weighing", factory=Weighing),
    OptimizerRecord(name="adamw", factory=adamw, parameters=OptimizerParameters),
)


def built(data, **changes):
    with session("cpu", deterministic=False) as device:
        return build_run(data, spec_for(data, **changes), registry(*EXTRA), device)


def test_what_a_combiner_learns_joins_the_optimizer_without_weight_decay():
    run = built(pair(), combiner=Choice(name="weighing"), optimizer=Choice(name="adamw"))
    network, combiner = run.optimizer.param_groups
    assert combiner["params"] == [run.combiner.weights]
    assert (network["weight_decay"], combiner["weight_decay"]) == (0.3, 0.0)
    assert combiner["lr"] == network["lr"] == 0.1


def test_an_optimizer_without_weight_decay_takes_the_combiner_as_well():
    run = built(pair(), combiner=Choice(name="weighing"))
    assert run.optimizer.param_groups[1]["params"] == [run.combiner.weights]


def test_the_combiner_is_seeded_by_the_run_alone():
    runs = [built(pair(), combiner=Choice(name="weighing"), seed=seed) for seed in (1, 1, 2)]
    weights = [run.combiner.weights.detach() for run in runs]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_scalers_see_the_training_clips_of_all_tasks_of_a_data_set():
    data = run_data(
        (rows("a", 30), rows("b", 30, seed=1)),
        part("a/x", 0, 30, train=5),
        part("a/y", 0, 30, train=9),
        part("b/z", 1, 30, train=4),
    )
    run = built(data, scaler=Choice(name="mean"))
    for index, clips in enumerate((9, 4)):
        scaler = run.store._scalers[index]
        assert isinstance(scaler, MeanOnly)
        np.testing.assert_array_equal(torch.cat(scaler.seen), data.datasets[index].features[:clips])


def test_losses_are_fitted_on_the_training_targets():
    fitted = {}

    class Fitted(CrossEntropy):
        def fit(self, targets):
            fitted[self.task.name] = targets

    data = pair()
    with session("cpu", deterministic=False) as device:
        record = LossRecord(name="ce", factory=Fitted, task_kinds=("multiclass",))
        build_run(data, spec_for(data), registry(record), device)
    for task in data.tasks:
        np.testing.assert_array_equal(fitted[task.task.name], task.targets[task.train])
