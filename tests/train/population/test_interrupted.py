"""Checkpoints serve both engines, rungs are the loop's, and a population that does not fit is cut in two."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from harness.errors import TrainingStopped
from harness.train.checkpoint import Checkpoints
from harness.train.loop import train
from harness.train.population import Member, train_population
from harness.train.population.step import Stepper

from .tools import (
    DNN,
    Choice,
    alone,
    assert_close,
    assert_same,
    pair_of_two,
    registry,
    single,
    spec,
    stop_after,
    together,
)


def members_of(combiner, *, n=3, **changes):
    dropout = replace(DNN, parameters=DNN.parameters | {"dropout": 0.3})
    chosen = {"combiner": Choice(name=combiner), "epochs": 5, "model": dropout, "curve_points": 7} | changes
    return [(pair_of_two(seed=number), spec(pair_of_two(), seed=number, **chosen)) for number in range(n)]


def kept(directory, members):
    return [Checkpoints(directory, str(number), 1e9) for number in range(len(members))]


def population(members, checkpoints, **options):
    made = [Member(data, what, own) for (data, what), own in zip(members, checkpoints, strict=True)]
    return train_population(made, registry=registry(), **options)


@pytest.mark.usefixtures("float64")
@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("combiner", ["uncertainty", "dwa", "pcgrad"])
@pytest.mark.parametrize("steps", [1, 9])
def test_a_checkpoint_of_the_population_is_continued_by_the_loop(tmp_path, combiner, steps):
    members = members_of(combiner)
    for answer in population(members, kept(tmp_path, members), should_stop=stop_after(steps)):
        assert isinstance(answer, TrainingStopped)
    for (data, what), own in zip(members, kept(tmp_path, members), strict=True):
        found = train(data, what, checkpoints=own, registry=registry())
        assert_same(replace(found, engine="population"), alone(data, what))


@pytest.mark.usefixtures("float64")
@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("combiner", ["uncertainty", "dwa", "pcgrad"])
def test_checkpoints_of_the_loop_at_different_steps_are_continued_by_a_population(tmp_path, combiner):
    members = members_of(combiner)
    for number, ((data, what), own) in enumerate(zip(members, kept(tmp_path, members), strict=True)):
        if number:
            with pytest.raises(TrainingStopped):
                train(data, what, checkpoints=own, registry=registry(), should_stop=stop_after(4 * number))
    for found, member in zip(population(members, kept(tmp_path, members)), members, strict=True):
        assert_same(found, alone(*member))


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_checkpoints_are_written_when_they_are_due(tmp_path):
    members = members_of("sum", n=2)
    checkpoints = [Checkpoints(tmp_path, "often", 0.0), Checkpoints(tmp_path, "never", 1e9)]
    population(members, checkpoints)
    assert [own.load() is not None for own in checkpoints] == [True, False]


@pytest.mark.usefixtures("float64")
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_a_rung_stops_members_and_their_checkpoints_go_on(tmp_path):
    members = members_of("sum", stop_epoch=2)
    whole = [(data, replace(what, stop_epoch=None)) for data, what in members]
    for found, (data, what), own in zip(
        population(members, kept(tmp_path / "population", members)),
        members,
        kept(tmp_path / "loop", members),
        strict=True,
    ):
        assert_same(found, train(data, what, checkpoints=own, registry=registry()))
        assert found.stop_epoch == 2
    for found, member in zip(population(whole, kept(tmp_path / "population", members)), whole, strict=True):
        assert_same(found, alone(*member))


def failing(monkeypatch, method, error, fits):
    """Let a step raise while there are more than ``fits`` members, from their third step on."""
    sizes, real = [], getattr(Stepper, method)

    def limited(self, *args):
        done = real(self, *args)
        if len(self.seats) > fits and self.seats[0].tally.step >= 2:
            sizes.append(len(self.seats))
            raise error
        return done

    monkeypatch.setattr(Stepper, method, limited)
    return sizes


OUT_OF_MEMORY = [
    torch.OutOfMemoryError("CUDA out of memory"),
    MemoryError(),
    RuntimeError("DefaultCPUAllocator: can't allocate memory"),
]


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=["cuda", "host", "allocator"])
@pytest.mark.parametrize("method", ["forward", "backward", "update"])
def test_a_population_that_does_not_fit_is_cut_in_two_and_goes_on(monkeypatch, method, error):
    members = members_of("dwa", n=5)
    expected = [alone(*member) for member in members]
    sizes = failing(monkeypatch, method, error, fits=2)
    with pytest.warns(RuntimeWarning, match="they go on in two halves"):
        answers = together(members)
    assert sizes == [5, 3]
    for found, wanted in zip(answers, expected, strict=True):
        assert_same(found, wanted)


def test_one_member_that_does_not_fit_gives_its_error(monkeypatch):
    error = torch.OutOfMemoryError("CUDA out of memory")
    failing(monkeypatch, "forward", error, fits=0)
    with pytest.warns(RuntimeWarning, match="CUDA out of memory"):
        assert together([(single(), spec(single()))] * 2) == [error, error]


@pytest.mark.usefixtures("float64")
def test_states_are_held_where_they_are_whole(monkeypatch):
    """After a failed forward pass members go on from where they were; only the optimizer's failure loses steps."""
    starts = []
    members = members_of("sum", n=2)
    begin = Stepper.begin

    def noting(self):
        starts.append(self.seats[0].tally.step)
        return begin(self)

    monkeypatch.setattr(Stepper, "begin", noting)
    failing(monkeypatch, "backward", MemoryError(), fits=1)
    with pytest.warns(RuntimeWarning, match="two halves"):
        together(members)
    assert starts[:4] == [0, 1, 2, 2]
    assert starts.count(0) == 1
    assert_close(starts.count(2), 3, 0, "two halves, each from step 2")
