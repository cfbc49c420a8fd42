"""The epoch of a running training, from a checkpoint as the training writes it."""

from harness.schedule.directory import checkpoint_directory
from harness.train.checkpoint import Checkpoints
from harness.watching.epochs import checkpoint_epoch


def state(*epochs: float) -> dict:
    curves = [{"task": "d/a", "epoch": epoch, "value": 0.5} for epoch in epochs]
    return {"run": {"progress": [{"best": {"epoch": 99}}]}, "tally": {"step": 3, "curves": curves}}


def test_the_newest_checkpoint_tells_the_whole_epochs(tmp_path) -> None:
    checkpoints = Checkpoints(checkpoint_directory(tmp_path), "k", 20.0)
    assert checkpoint_epoch(tmp_path, "k") is None
    checkpoints.save(state())
    assert checkpoint_epoch(tmp_path, "k") == 0
    checkpoints.save(state(0.5, 1.0, 2.5))
    assert checkpoint_epoch(tmp_path, "k") == 2


def test_one_beside_another_and_a_damaged_one(tmp_path) -> None:
    checkpoints = Checkpoints(checkpoint_directory(tmp_path), "k", 20.0).beside("kept")
    checkpoints.save(state(4.0))
    assert checkpoint_epoch(tmp_path, "k") == 4
    damaged = checkpoint_directory(tmp_path) / "other" / "7"
    damaged.mkdir(parents=True)
    (damaged / "state.json").write_text("{")
    assert checkpoint_epoch(tmp_path, "other") is None
