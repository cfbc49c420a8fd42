"""The benchmark of trainings: both sides train the same, and learn; the figures that are judged."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks import contenders, training
from benchmarks.contenders import Contender, Round, measure, packs, singly
from benchmarks.corpus import SHAPE, Plan, run_data, spec, trainings
from benchmarks.one_network import best_rate
from benchmarks.training_units import work
from benchmarks.usual_loop import Net
from harness.plugins import load_registry
from harness.train.network import build_model

PAIR = ("instruments/family", "coughs/covid19")
ONCE = Plan(model="dnn", epochs=1, curve_points=1)


def test_the_study_has_every_single_and_every_pair():
    groups = [tasks for tasks, _ in trainings(2)]
    assert len(groups) == 2 * (4 + 6)
    assert len(set(groups)) == 10


def test_parts_are_disjoint_and_data_are_the_same_in_every_process():
    for part in run_data(PAIR).tasks:
        clips = np.concatenate([part.train, part.validation, part.test])
        assert len(set(clips.tolist())) == len(clips) == len(part.targets)
    first = run_data(PAIR).datasets[0].features.copy()
    run_data.cache_clear()
    np.testing.assert_array_equal(run_data(PAIR).datasets[0].features, first)


@pytest.mark.parametrize("model", ["cnn", "dnn"])
def test_both_sides_train_networks_of_the_same_size(model):
    plan, heads = Plan(model=model), {"a": 6, "b": 1}
    own = build_model(
        load_registry(), spec(PAIR, 0, plan).model, SHAPE, heads,
        n_datasets=2, seed=0, device=torch.device("cpu"),
    )  # fmt: skip
    usual = Net(plan, SHAPE, list(heads.values()))
    sizes = [sum(p.numel() for p in network.parameters()) for network in (own, usual)]
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize("contender", ["harness", "usual"])
def test_both_sides_learn(contender):
    plan = {"model": "dnn", "epochs": 4, "curve_points": 4}
    unit = {"key": "x", "tasks": PAIR, "seed": 0, "plan": plan}
    context = {"contender": contender, "threads": torch.get_num_threads(), "device": "cpu"}
    assert work(unit, context)["score"] > 0.5


def test_a_pack_is_a_population():
    unit = {"key": "x", "pack": [(PAIR, 0), (PAIR, 1)], "plan": vars(ONCE)}
    found = work(unit, {"contender": "harness", "threads": torch.get_num_threads(), "device": "cpu"})
    assert found["engines"] == ["population"]
    steps = -(-len(run_data(PAIR).tasks[0].train) // 16)
    assert found["rows"] == 2 * 2 * 16 * steps


def test_packs_hold_every_training_once_and_no_more_members_than_allowed():
    one = Contender(name="x", loop="harness", workers=1, threads=1, seeds=5, members=4)
    units = list(packs(one, ONCE))
    assert max(len(unit["pack"]) for unit in units) == 4
    assert sorted(entry for unit in units for entry in unit["pack"]) == sorted(trainings(5))
    assert len({unit["key"] for unit in units}) == len(units)
    assert len(list(singly(one, ONCE))) == 50


@pytest.mark.slow
def test_worker_processes_train_everything(monkeypatch):
    few = [(PAIR, 0), (PAIR[:1], 0)]
    monkeypatch.setattr(contenders, "trainings", lambda seeds: few)
    found = measure(Contender(name="x", loop="usual", workers=1, threads=1, seeds=1), ONCE)
    assert found.rate > 0
    assert len(found.answers) == len(few)


def test_the_figures_that_are_judged_on_the_cpu(monkeypatch):
    rates = {("harness", 1): 9.0, ("usual", 1): 6.0}

    def made_up(one, plan):
        return Round(rate=rates[one.loop, one.threads] if one.threads == 1 else 2.0, score=0.5)

    monkeypatch.setattr(training, "measure", made_up)
    monkeypatch.setattr(training, "default_threads", lambda: 2)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    found = training.run(False)
    assert [(one.value, one.at_least) for one in found.figures] == [
        (4.5, 1.8), (1.5, 1.4), (4.5, 3.0), (1.5, 1.8)
    ]  # fmt: skip
    assert [one.reached for one in found.figures] == [True, True, True, False]
    assert found.device == "cpu"


def test_the_figures_that_are_judged_on_a_gpu(monkeypatch):
    answers = [{"rows": 900, "busy_s": 0.5, "score": 0.5}]
    monkeypatch.setattr(
        training,
        "measure",
        lambda one, plan: Round(
            rate=120.0 if one.members else 4.0,
            score=0.5,
            answers=answers if one.members else [{"score": 0.5}],
        ),
    )
    filled = training.Measurement(name="x", unit="samples a second", values=(3600.0,) * 3)
    monkeypatch.setattr(training, "best_rate", lambda *args, **options: filled)
    monkeypatch.setattr(training, "device_label", lambda device: "gpu")
    monkeypatch.setattr(training, "default_threads", lambda: 2)
    found = training._on_cuda([Plan(model="cnn"), Plan(model="dnn")], False)
    assert [(one.value, one.at_least) for one in found.figures] == [
        (30.0, 15.0),
        (0.5, 0.4),
        (30.0, 50.0),
        (0.5, 0.4),
    ]
    assert found.device == "gpu"


def test_one_network_is_timed():
    found = best_rate(Plan(model="dnn"), quick=True, rounds=1, device="cpu")
    assert found.median > 0
