"""What surrounds a training: its device, its own random state, and the errors that it may end with."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from harness.errors import NonFiniteLossError, TrainingError

#: On CUDA a look at a loss waits for the device, so that losses are looked at this many steps at a time.
CUDA_CHECK_STEPS = 50


@contextmanager
def session(device: str, *, deterministic: bool) -> Iterator[torch.device]:
    """Give the device of a training; leave torch's random state and its determinism as they were found.

    Raises :class:`TrainingError` for a device that is not there. A host that is out of memory raises
    ``MemoryError``, a device ``torch.OutOfMemoryError``.
    """
    target = _device(device)
    before = torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.deterministic
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    with torch.random.fork_rng([target] if target.type == "cuda" else [], device_type="cuda"):
        try:
            if deterministic:
                # cuBLAS reads this when its first handle is made
                os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
                torch.use_deterministic_algorithms(True)
                torch.backends.cudnn.deterministic = True
            yield target
        except RuntimeError as error:
            if "DefaultCPUAllocator: can't allocate memory" in str(error):
                raise MemoryError(str(error)) from error
            raise
        finally:
            torch.use_deterministic_algorithms(before[0], warn_only=warn_only)
            torch.backends.cudnn.deterministic = before[1]


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise TrainingError(f"unknown device {name!r}; allowed: cpu, cuda, cuda:N") from error
    if device.type not in ("cpu", "cuda"):
        raise TrainingError(f"the loop engine does not run on {name!r}; allowed: cpu, cuda, cuda:N")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise TrainingError(f"device {name!r} was asked for, but torch finds no CUDA device; use 'cpu'")
    return torch.device("cuda", device.index or 0) if device.type == "cuda" else device


def seed_default(device: torch.device, seed: int) -> None:
    """Seed the default generators that operations on ``device`` use (on CUDA the host's as well)."""
    # torch.manual_seed would also queue a seed, with a stack trace, for every device that is not used
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        torch.cuda.default_generators[device.index or 0].manual_seed(seed)


class FiniteWatch:
    """Looks for NaN and infinite losses: at every step on the CPU, every ``CUDA_CHECK_STEPS`` on CUDA."""

    def __init__(self, tasks: Sequence[str], optimizer: torch.optim.Optimizer, device: torch.device) -> None:
        self.tasks, self.optimizer = tasks, optimizer
        self.interval = 1 if device.type == "cpu" else CUDA_CHECK_STEPS
        self._seen: list[Tensor] = []
        self._first = 0

    def see(self, step: int, losses: Tensor) -> None:
        """Take the losses ``[tasks]`` of a step."""
        if not self._seen:
            self._first = step
        self._seen.append(losses)
        if len(self._seen) >= self.interval:
            self.check()

    def check(self) -> None:
        """Look at what was taken since the last look; raise :class:`NonFiniteLossError` for the first bad
        loss.
        """
        if not self._seen:
            return
        seen, self._seen = self._seen, []
        losses = seen[0][None] if len(seen) == 1 else torch.stack(seen)
        if math.isfinite(losses.sum().item()) or bool(torch.isfinite(losses).all()):
            return
        at, task = torch.nonzero(~torch.isfinite(losses))[0].tolist()
        self.fail(self.tasks[task], "training", self._first + at + 1, float(losses[at, task]))

    def fail(self, task: str, split: str, step: int, value: float) -> None:
        """Raise :class:`NonFiniteLossError` that names the task, the step (from 1) and the learning rate."""
        lr = self.optimizer.param_groups[0].get("lr")
        rate = "none" if lr is None else f"{float(lr):g}"
        raise NonFiniteLossError(
            f"the {split} loss of {task} is {value} at step {step} with lr {rate}; "
            "a smaller learning rate, or data without extreme values, may help"
        )
