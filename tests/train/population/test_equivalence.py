"""The population engine agrees with the loop: in float64 over 50 steps, in float32 over the first two."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from ..doubles import run_data
from .tools import (
    CNN,
    DNN,
    Choice,
    after_steps,
    largest_difference,
    pair_of_one,
    pair_of_two,
    regression,
    single,
    spec,
)

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")  # no population may be cut in two unseen


def agree(members, directory, *, steps=50, within=1e-10):
    for loop, population in after_steps(members, directory, steps):
        assert next(iter(loop.values())).dtype == torch.get_default_dtype()
        assert largest_difference(loop, population) < within


def with_model(model, **parameters):
    return replace(model, parameters=model.parameters | parameters)


def optimizer(name, **parameters):
    return Choice(name=name, parameters=parameters)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("model", [DNN, CNN], ids=["dnn", "cnn"])
@pytest.mark.parametrize("norm", ["dataset", "shared", "group", "none"])
def test_singles_with_each_normalisation(tmp_path, model, norm):
    # groups of two units would be ±1 whatever the weights: Adam would then follow rounding errors
    chosen = with_model(model, norm=norm, width=64 if norm == "group" else 8)
    agree([(single(seed=n), spec(single(), seed=n, model=chosen)) for n in range(3)], tmp_path)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("pool", ["max", "none"])
def test_larger_convolutions_with_and_without_pooling(tmp_path, pool):
    chosen = Choice(name="cnn5", parameters={"width": 4, "depth": 2, "dropout": 0.0, "pool": pool})
    agree([(single(seed=n), spec(single(), seed=n, model=chosen)) for n in range(2)], tmp_path, steps=10)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize(
    "chosen",
    [
        [optimizer("adamw", lr=0.01, weight_decay=0.1), optimizer("adamw", lr=0.002, weight_decay=0.0)],
        [optimizer("adam", lr=0.01, betas=(0.8, 0.9)), optimizer("adam", lr=0.002, weight_decay=0.1)],
        [optimizer("sgd", lr=0.1, momentum=0.5), optimizer("sgd", lr=0.05, weight_decay=0.01)],
    ],
    ids=["adamw", "adam", "sgd"],
)
def test_settings_of_the_optimizer_a_member(tmp_path, chosen):
    agree([(single(), spec(single(), seed=3, optimizer=own)) for own in chosen], tmp_path)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("model", [DNN, CNN], ids=["dnn", "cnn"])
@pytest.mark.parametrize("make", [pair_of_one, pair_of_two])
@pytest.mark.parametrize("combiner", ["sum", "uncertainty", "pcgrad"])
def test_pairs_with_a_sum_a_scalarizer_and_an_aggregator(tmp_path, combiner, make, model):
    changes = {"combiner": Choice(name=combiner), "model": model}
    agree([(make(seed=n), spec(make(), seed=n, **changes)) for n in range(3)], tmp_path)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("model", [DNN, CNN], ids=["dnn", "cnn"])
@pytest.mark.parametrize("make", [single, pair_of_two])
def test_dropout_of_its_own_a_member(tmp_path, make, model):
    rates = 0.0, 0.2, 0.5
    agree(
        [(make(), spec(make(), seed=n, model=with_model(model, dropout=p))) for n, p in enumerate(rates)],
        tmp_path,
    )


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("combiner", ["sum", "pcgrad"])
def test_members_with_different_numbers_of_classes_and_clips(tmp_path, combiner):
    data = [pair_of_two(n_classes=3), pair_of_two(n_classes=7, sizes=(80, 50)), pair_of_two(n_classes=2)]
    agree([(own, spec(own, combiner=Choice(name=combiner))) for own in data], tmp_path)


@pytest.mark.usefixtures("float64")
def test_members_of_several_layouts_and_kinds_of_tasks(tmp_path):
    two, one = pair_of_two(), pair_of_one()
    numbers = run_data(two.datasets, two.tasks[0], regression(two.tasks[1]))
    agree([(data, spec(data, seed=4)) for data in (two, one, numbers, two)], tmp_path)


@pytest.mark.usefixtures("float64")
def test_clips_of_several_windows_and_augmentations(tmp_path):
    data = [single(windows=3), single(windows=2, seed=1), single()]
    changes = {"augmentations": (Choice(name="spec_mask"),), "schedule": Choice(name="balanced")}
    agree([(own, spec(own, seed=n, **changes)) for n, own in enumerate(data)], tmp_path)


def test_float32_agrees_on_the_first_two_steps(tmp_path):
    members = [
        (pair_of_two(seed=n), spec(pair_of_two(), seed=n, model=with_model(CNN, dropout=0.2)))
        for n in range(3)
    ]
    agree(members, tmp_path, steps=2, within=1e-5)
