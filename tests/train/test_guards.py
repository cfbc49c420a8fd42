import pytest
import torch

from harness.errors import NonFiniteLossError, TrainingError
from harness.train import guards
from harness.train.guards import FiniteWatch, session


def test_a_session_leaves_torch_as_it_was():
    torch.manual_seed(5)
    expected = torch.rand(2)
    torch.manual_seed(5)
    with session("cpu", deterministic=True):
        assert torch.are_deterministic_algorithms_enabled()
        guards.seed_default(torch.device("cpu"), 1)
        torch.rand(7)
    assert not torch.are_deterministic_algorithms_enabled()
    assert torch.equal(torch.rand(2), expected)


@pytest.mark.parametrize(("device", "message"), [("gpu", "unknown device"), ("meta", "does not run on")])
def test_unknown_devices_are_refused(device, message):
    with pytest.raises(TrainingError, match=f"{message}.*cpu, cuda"), session(device, deterministic=False):
        pass


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is there")
def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(TrainingError, match="finds no CUDA"), session("cuda", deterministic=False):
        pass


def test_a_host_without_memory_raises_memory_error():
    with pytest.raises(MemoryError), session("cpu", deterministic=False):
        torch.empty(2**60, dtype=torch.uint8)


def test_losses_looked_at_later_still_name_their_step(monkeypatch):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    watch = FiniteWatch(["a", "b"], optimizer, torch.device("cpu"))
    monkeypatch.setattr(watch, "interval", 4)
    watch.see(10, torch.tensor([1.0, 2.0]))
    watch.see(11, torch.tensor([1.0, float("inf")]))
    watch.see(12, torch.tensor([float("nan"), float("nan")]))
    with pytest.raises(NonFiniteLossError, match=r"training loss of b is inf at step 12 with lr 0\.5"):
        watch.see(13, torch.tensor([1.0, 1.0]))
    watch.check()
