"""States of networks: kept whole or not at all, and never a reason to fail."""

import pytest
import torch

from harness.probes.states import States


def test_a_state_comes_back_to_the_bit(tmp_path) -> None:
    weight = torch.randn(3, 2)
    states = States.beside(tmp_path / "checkpoints")
    states.save("key", {"weight": weight, "same": weight, "count": torch.tensor(3)})
    found = states.load("key")
    assert found is not None
    assert torch.equal(found["weight"], weight)
    assert torch.equal(found["same"], weight)
    assert found["count"] == 3
    assert [path.name for path in (tmp_path / "states").iterdir()] == ["key.safetensors"]


def test_what_is_not_there_is_none_and_what_is_damaged_is_removed(tmp_path) -> None:
    states = States(tmp_path)
    assert states.load("key") is None
    (tmp_path / "key.safetensors").write_bytes(b"half")
    with pytest.warns(RuntimeWarning, match="damaged"):
        assert states.load("key") is None
    assert list(tmp_path.iterdir()) == []


def test_a_state_that_cannot_be_written_is_a_warning(tmp_path) -> None:
    (tmp_path / "states").write_text("a file where the folder should be")
    states = States.beside(tmp_path / "checkpoints")
    with pytest.warns(RuntimeWarning, match="not kept"):
        states.save("key", {"weight": torch.zeros(1)})


def test_only_chosen_states_are_retained(tmp_path) -> None:
    states = States(tmp_path)
    for key in ("chosen", "other"):
        states.save(key, {"weight": torch.zeros(1)})
    (tmp_path / "left.writing").write_bytes(b"")
    states.retain(["chosen", "never trained"])
    assert [path.name for path in tmp_path.iterdir()] == ["chosen.safetensors"]
