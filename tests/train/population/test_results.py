"""What a population gives back for its members is what the loop gives for each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from harness.api import LossRecord, Scaler, ScalerRecord
from harness.errors import NonFiniteLossError, TrainingError
from harness.train.population import population
from harness.train.population.population import Population
from harness.train.population.watch import StackedWatch
from harness_training.losses.cross_entropy import CrossEntropy
from harness_training.parameters import CrossEntropyParameters

from ..doubles import run_data
from .tools import (
    CNN,
    Choice,
    alone,
    assert_same,
    pair_of_one,
    pair_of_two,
    regression,
    single,
    spec,
    together,
)

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


class Float64(Scaler):
    """Features as they are, in torch's default type; a scaler without constants."""

    def partial_fit(self, features):
        pass

    def forward(self, features):
        return features.to(torch.get_default_dtype())


NONE64 = ScalerRecord(name="none64", factory=Float64)


def patience(epochs):
    return Choice(name="patience", parameters={"patience": epochs})


@pytest.fixture
def sizes(monkeypatch):
    """The numbers of members that were left after each compaction."""
    found = []
    compact = Population._compact

    def counting(self):
        compact(self)
        found.append(len(self.seats))

    monkeypatch.setattr(Population, "_compact", counting)
    return found


@pytest.mark.usefixtures("float64")
def test_early_stopping_at_epochs_of_their_own(sizes):
    members = [
        (single(seed=n), spec(single(), seed=n, stopping=patience(1 + n % 3), epochs=9)) for n in range(6)
    ]
    expected = [alone(*member) for member in members]
    for found, wanted in zip(together(members), expected, strict=True):
        assert_same(found, wanted)
    assert len({wanted.steps for wanted in expected}) > 2
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) > 2


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("combiner", ["sum", "uncertainty", "dwa", "pcgrad"])
def test_pairs_of_different_budgets_stop_and_choose_by_task(combiner):
    data = [pair_of_two(), pair_of_two(sizes=(40, 70), n_classes=5), pair_of_two(sizes=(50, 50))]
    dropout = replace(CNN, parameters=CNN.parameters | {"dropout": 0.3})
    changes = {"combiner": Choice(name=combiner), "stopping": patience(2), "epochs": 6, "model": dropout}
    members = [(own, spec(own, seed=n, curve_points=13, **changes)) for n, own in enumerate(data)]
    for found, member in zip(together(members), members, strict=True):
        assert_same(found, alone(*member))


@pytest.mark.usefixtures("float64")
def test_tasks_of_one_data_set_and_numbers_to_predict():
    first = pair_of_one()
    second = run_data(first.datasets, first.tasks[0], regression(first.tasks[1]))
    unlike = replace(first.tasks[1], validation=first.tasks[1].validation[1:])
    third = run_data(first.datasets, first.tasks[0], unlike)  # its tasks do not share a forward pass
    members = [(data, spec(data, epochs=4)) for data in (first, second, third)]
    for found, member in zip(together(members), members, strict=True):
        assert_same(found, alone(*member))


def test_scores_of_float32_are_those_of_the_loop():
    members = [(single(seed=n), spec(single(), seed=n, epochs=2)) for n in range(3)]
    for found, member in zip(together(members), members, strict=True):
        assert_same(found, alone(*member), rel=1e-3)


@pytest.mark.usefixtures("float64")
def test_a_loss_that_is_not_finite_ends_its_member_alone(sizes):
    data = [single(seed=n) for n in range(3)]
    data[1].datasets[0].features[7] = np.nan
    members = [(own, spec(own, seed=n, epochs=3, scaler=Choice(name="none64"))) for n, own in enumerate(data)]
    first, second, third = together(members, NONE64)
    with pytest.raises(NonFiniteLossError) as by_loop:
        alone(*members[1], NONE64)
    assert isinstance(second, NonFiniteLossError)
    assert str(second) == str(by_loop.value)
    assert_same(first, alone(*members[0], NONE64))
    assert_same(third, alone(*members[2], NONE64))
    assert sizes[0] == 2


@pytest.mark.usefixtures("float64")
def test_looks_at_losses_may_be_rare_and_say_the_same(monkeypatch):
    """As on CUDA, where a look waits for the device: a member goes on with NaN until then."""
    monkeypatch.setattr(StackedWatch, "is_due", False)
    data = [single(seed=n) for n in range(2)]
    data[0].datasets[0].features[7] = np.nan
    changes = {"scaler": Choice(name="none64"), "curve_points": 1, "epochs": 2}
    members = [(own, spec(own, seed=n, **changes)) for n, own in enumerate(data)]
    first, second = together(members, NONE64)
    with pytest.raises(NonFiniteLossError) as by_loop:
        alone(*members[0], NONE64)
    assert str(first) == str(by_loop.value)
    assert_same(second, alone(*members[1], NONE64))


@pytest.mark.usefixtures("float64")
def test_members_that_are_gone_may_stay_for_a_while(monkeypatch, sizes):
    monkeypatch.setattr(population, "gone_before_compaction", lambda device, members_n: 3)
    members = [
        (pair_of_two(seed=n), spec(pair_of_two(), seed=n, stopping=patience(1 + n % 3), epochs=9))
        for n in range(5)
    ]
    for found, member in zip(together(members), members, strict=True):
        assert_same(found, alone(*member))
    assert sizes[-1] == 0
    assert len(sizes) <= 2


class Steep(CrossEntropy):
    """Cross-entropy; with ``label_smoothing`` its gradient is NaN, and its value is not."""

    stacked = None

    def forward(self, logits, targets):
        steep = (logits - logits).sum(1).sqrt() if self.settings.label_smoothing else 0.0
        return super().forward(logits, targets) + steep


@pytest.mark.usefixtures("float64")
def test_a_gradient_that_is_not_finite_ends_its_member_alone():
    steep = LossRecord(
        name="steep", factory=Steep, parameters=CrossEntropyParameters, task_kinds=("multiclass",)
    )
    data = pair_of_two()
    losses = [
        {"a/x": Choice(name="steep", parameters={"label_smoothing": amount}), "b/y": Choice(name="steep")}
        for amount in (0.0, 0.1)
    ]
    changes = {"epochs": 2, "combiner": Choice(name="pcgrad")}
    good, bad = together([(data, spec(data, losses=own, **changes)) for own in losses], steep)
    assert_same(good, alone(data, spec(data, losses=losses[0], **changes), steep))
    assert isinstance(bad, NonFiniteLossError)
    assert "gradient of the training loss of a/x is not finite at step 1" in str(bad)


def test_data_that_do_not_fit_end_their_member_alone():
    good = single()
    wrong = replace(spec(good), tasks=("a/unknown",))
    first, second = together([(good, wrong), (good, spec(good, epochs=1))])
    assert isinstance(first, TrainingError)
    assert "a/unknown" in str(first)
    assert second.engine == "population"


def test_the_times_of_members_add_up():
    members = [(single(seed=n), spec(single(), seed=n, epochs=3)) for n in range(4)]
    found = together(members)
    assert all(0 < result.busy_s < result.wall_time_s for result in found)
    assert together([]) == []
