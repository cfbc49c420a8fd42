"""Networks that are kept while training: all epochs, the same after any interruption, whole or told of."""

import hashlib
from dataclasses import replace

import pytest
import torch

from harness.errors import DataError, TrainingStopped
from harness.train.checkpoint import Checkpoints
from harness.train.keeping import Keeper
from harness.train.kept import INDEX, KeptNetwork, remove_networks
from harness.train.loop import train
from harness.train.refit import train_again

from .doubles import pair, registry, spec_for
from .test_resume import stop_after


def keeper(study, *, every_epoch=True):
    return Keeper(KeptNetwork.of(study, "k"), every_epoch=every_epoch)


def files(study):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in KeptNetwork.of(study, "k").directory.iterdir()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A directory, the result, and the chosen states of a training that was never interrupted."""
    study, data = tmp_path_factory.mktemp("whole"), pair()
    states = {}
    result = train(
        data, spec_for(data, epochs=4), registry=registry(), keep=states.update, keeper=keeper(study)
    )
    return study, result, states


def test_the_states_are_those_that_were_chosen(whole) -> None:
    study, result, states = whole
    network = KeptNetwork.of(study, "k")
    for row in result.selections:
        assert network.step_of(row["task"], None) == row["best_step"]
        kept = network.load(row["best_step"])
        assert set(kept) == set(states[row["task"]])
        assert all(torch.equal(kept[name], value) for name, value in states[row["task"]].items())


def test_each_task_has_all_epochs_until_its_rule_stops_it(whole) -> None:
    study, result, _ = whole
    for row in result.selections:
        ends = {
            c["step"]: c["epoch"] for c in result.curves if c["task"] == row["task"] and c["epoch"] % 1 == 0
        }
        network = KeptNetwork.of(study, "k")
        assert {network.step_of(row["task"], epoch): epoch for epoch in network.epochs(row["task"])} == ends


@pytest.mark.parametrize("every_s", [0.0, 1e9])
def test_interrupted_anywhere_the_files_are_the_same(whole, tmp_path, every_s) -> None:
    data = pair()
    what = spec_for(data, epochs=4)
    for steps in (1, 3, 2, 4):
        with pytest.raises(TrainingStopped):
            train(
                data, what, registry=registry(), keeper=keeper(tmp_path),
                checkpoints=Checkpoints(tmp_path, "c", every_s), should_stop=stop_after(steps),
            )  # fmt: skip
        assert not KeptNetwork.of(tmp_path, "k").is_whole(False)
    train(
        data, what, registry=registry(), keeper=keeper(tmp_path), checkpoints=Checkpoints(tmp_path, "c", 1e9)
    )
    assert files(tmp_path) == files(whole[0])


def test_what_was_written_after_the_checkpoint_is_written_again(whole, tmp_path) -> None:
    data = pair()
    what = spec_for(data, epochs=4)
    with pytest.raises(TrainingStopped):  # killed: the files of later steps are there, the checkpoint is not
        train(data, what, registry=registry(), keeper=keeper(tmp_path), should_stop=stop_after(9))
    stale = KeptNetwork.of(tmp_path, "k").directory / "step_00009999.safetensors"
    stale.write_bytes(b"of another training")
    train(data, what, registry=registry(), keeper=keeper(tmp_path))
    assert files(tmp_path) == files(whole[0])


def test_the_chosen_ones_alone(whole, tmp_path) -> None:
    data = pair()
    result = train(
        data, spec_for(data, epochs=4), registry=registry(), keeper=keeper(tmp_path, every_epoch=False)
    )
    network = KeptNetwork.of(tmp_path, "k")
    assert network.steps() == sorted({row["best_step"] for row in result.selections})
    assert network.is_whole(False)
    assert not network.is_whole(True)
    assert KeptNetwork.of(whole[0], "k").is_whole(False)
    assert KeptNetwork.of(whole[0], "k").is_whole(True)
    for row in result.selections:
        assert network.epochs(row["task"]) == [row["best_epoch"]]


def test_a_training_with_the_validation_part_keeps_its_second_network(tmp_path) -> None:
    data = pair()
    what = replace(spec_for(data, epochs=3), refit=True)
    states = {}
    train_again(data, what, registry=registry(), keep=states.update, keeper=keeper(tmp_path))
    network = KeptNetwork.of(tmp_path, "k")
    for task, state in states.items():
        kept = network.load(network.step_of(task, None))
        assert all(torch.equal(kept[name], value) for name, value in state.items())


def test_what_is_missing_is_no_whole_network(whole, tmp_path) -> None:
    network = KeptNetwork.of(tmp_path, "k")
    assert not network.is_whole(False)
    network.save(2, {"w": torch.ones(2)}, {"a": 1})
    assert not network.is_whole(False)
    network.finish({"a": {"epoch": 1, "step": 2}}, every_epoch=True)
    assert network.is_whole(True)
    assert network.load(2)["w"].tolist() == [1, 1]
    (network.directory / INDEX).write_text('{"format": 7}')
    assert not network.is_whole(False)
    with pytest.raises(DataError, match=r"network\.json is damaged \(format 7, this version reads 1\)"):
        network.index()
    remove_networks(tmp_path, ["k", "never there"])
    assert not network.directory.exists()


def test_no_draft_is_left_where_it_cannot_be_written(tmp_path, monkeypatch) -> None:
    def full(*_):
        raise OSError(28, "No space left on device")

    network = KeptNetwork.of(tmp_path, "k")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        network.save(1, {"w": torch.ones(1)}, {"a": 1})
    assert list(network.directory.iterdir()) == []
