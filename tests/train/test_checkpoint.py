import errno
import os

import pytest
import torch

from harness.train.checkpoint import TENSORS, VALUES, Checkpoints

STATE = {
    "model": {
        "w": torch.randn(3, 2),
        "n": torch.tensor(3),
        "empty": torch.zeros(0),
        "flag": torch.tensor([True]),
    },
    "optimizer": {
        "state": {0: {"step": torch.tensor(2.0)}, 1: {}},
        "groups": [{"betas": (0.9, 0.999), "lr": 0.1}],
    },
    "numbers": [1, 0.1 + 0.2, float("inf"), None, True, "text", []],
    "nothing": {},
}


def same(a, b):
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and torch.equal(a, b)
    if isinstance(a, dict):
        return type(b) is dict and list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def folder(tmp_path):
    return sorted((tmp_path / "k").iterdir())[-1]


def test_a_state_comes_back_as_it_was(tmp_path):
    Checkpoints(tmp_path, "k", 60).save(STATE)
    assert same(Checkpoints(tmp_path, "k", 60).load(), STATE)
    assert Checkpoints(tmp_path, "other", 60).load() is None


def test_views_of_one_memory_and_one_tensor_in_two_places(tmp_path):
    base = torch.arange(6.0)
    Checkpoints(tmp_path, "k", 60).save({"a": base[:4], "b": base[2:].view(2, 2), "c": [base, base]})
    found = Checkpoints(tmp_path, "k", 60).load()
    assert torch.equal(found["b"], torch.tensor([[2.0, 3.0], [4.0, 5.0]]))
    assert found["c"][0] is found["c"][1]


def test_the_newest_state_is_kept_alone(tmp_path):
    checkpoints = Checkpoints(tmp_path, "k", 60)
    for number in range(12):
        checkpoints.save({"number": number})
    assert checkpoints.load() == {"number": 11}
    assert len(list((tmp_path / "k").iterdir())) == 1


def truncated(path):
    content = (path / TENSORS).read_bytes()
    (path / TENSORS).write_bytes(content[: len(content) // 2])


def flipped(path):
    content = bytearray((path / TENSORS).read_bytes())
    content[-3] ^= 1
    (path / TENSORS).write_bytes(bytes(content))


def other_values(path):
    text = (path / VALUES).read_text()
    (path / VALUES).write_text(text.replace("0.999", "0.998"))


def empty(path):
    (path / VALUES).write_bytes(b"")


def half(path):
    (path / VALUES).unlink()


@pytest.mark.parametrize("damage", [truncated, flipped, other_values, empty, half])
def test_a_damaged_checkpoint_is_ignored_with_a_warning(tmp_path, damage):
    checkpoints = Checkpoints(tmp_path, "k", 60)
    checkpoints.save(STATE)
    damage(folder(tmp_path))
    with pytest.warns(RuntimeWarning, match="is damaged"):
        assert checkpoints.load() is None
    checkpoints.save({"number": 1})
    assert checkpoints.load() == {"number": 1}


def test_a_writer_that_was_killed_leaves_the_last_checkpoint(tmp_path, monkeypatch):
    checkpoints = Checkpoints(tmp_path, "k", 60)
    checkpoints.save({"number": 1})

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            checkpoints.save({"number": 2})
    assert checkpoints.load() == {"number": 1}
    checkpoints.save({"number": 3})
    assert checkpoints.load() == {"number": 3}


def test_a_full_disk_warns_and_keeps_the_last_checkpoint(tmp_path, monkeypatch):
    checkpoints = Checkpoints(tmp_path, "k", 60)
    checkpoints.save({"number": 1})

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.warns(RuntimeWarning, match="No space left"):
            checkpoints.save({"number": 2})
    assert checkpoints.load() == {"number": 1}
    assert [path.name for path in (tmp_path / "k").iterdir()] == ["0"]


def test_deleting_leaves_the_checkpoints_of_others(tmp_path):
    first, second = Checkpoints(tmp_path, "k", 60), Checkpoints(tmp_path, "kk", 60)
    first.save({"number": 1})
    second.save({"number": 2})
    first.delete()
    first.delete()
    assert first.load() is None
    assert second.load() == {"number": 2}


def test_a_checkpoint_is_due_after_its_interval(tmp_path):
    assert Checkpoints(tmp_path, "k", 0).due()
    assert not Checkpoints(tmp_path, "k", 60).due()


def test_what_is_neither_tensor_nor_plain_is_refused(tmp_path):
    with pytest.raises(TypeError, match="found object"):
        Checkpoints(tmp_path, "k", 60).save({"a": object()})
