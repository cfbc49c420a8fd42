"""On CUDA a population captures its step as a graph and agrees with the loop; skipped without a device."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from harness.train.checkpoint import Checkpoints
from harness.train.population import Member, train_population
from harness.train.population.graph import WARM_UP_STEPS, Graph

from .tools import (
    CNN,
    DNN,
    Choice,
    after_steps,
    alone,
    largest_difference,
    pair_of_two,
    registry,
    single,
    spec,
    stop_after,
    together,
)

pytestmark = [
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
    pytest.mark.filterwarnings("error::RuntimeWarning"),  # no capture may fail unseen
]


def members_of(make, n=3, **changes):
    return [(make(seed=k), spec(make(), seed=k, device="cuda", **changes)) for k in range(n)]


def dropping(model):
    return replace(model, parameters=model.parameters | {"dropout": 0.3})


@pytest.fixture
def captured(monkeypatch):
    """Whether a step was replayed from a graph."""
    found = []
    capture = Graph._capture

    def noting(self, batch, step):
        capture(self, batch, step)
        found.append(self._graph is not None)

    monkeypatch.setattr(Graph, "_capture", noting)
    return found


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("model", [DNN, CNN, dropping(DNN), dropping(CNN)])
@pytest.mark.parametrize("combiner", ["sum", "uncertainty", "dwa", "pcgrad"])
def test_the_captured_step_agrees_with_the_loop(tmp_path, captured, combiner, model):
    members = members_of(pair_of_two, combiner=Choice(name=combiner), model=model)
    for loop, population in after_steps(members, tmp_path, WARM_UP_STEPS + 10):
        assert largest_difference(loop, population) < 1e-9
    assert captured == [True]


def test_first_two_steps_in_float32(tmp_path):
    for loop, population in after_steps(members_of(single, model=CNN), tmp_path, 2):
        assert largest_difference(loop, population) < 1e-4


def test_members_leave_and_results_are_those_of_the_loop(captured):
    stops = [Choice(name="patience", parameters={"patience": 1 + k % 3}) for k in range(8)]
    members = [
        (data, replace(what, stopping=stop, epochs=6))
        for (data, what), stop in zip(members_of(single, 8), stops, strict=True)
    ]
    for found, member in zip(together(members), members, strict=True):
        expected = alone(*member)
        assert found.engine == "population"
        assert found.objective == pytest.approx(expected.objective, abs=0.2)
        assert [row.keys() for row in found.scores] == [row.keys() for row in expected.scores]
    assert all(captured)


def test_a_checkpoint_of_the_device_is_continued_on_the_host(tmp_path):
    data = single()
    members = [
        Member(data, spec(data, seed=k, device="cuda"), Checkpoints(tmp_path, str(k), 1e9)) for k in range(3)
    ]
    train_population(members, registry=registry(), should_stop=stop_after(7))
    on_cpu = [Member(m.data, replace(m.spec, device="cpu"), m.checkpoints) for m in members]
    assert all(found.engine == "population" for found in train_population(on_cpu, registry=registry()))
