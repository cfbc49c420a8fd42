"""What becomes of the members: their answers, and the states that are held when a population is cut in two."""

from __future__ import annotations

from typing import Any

import torch

from harness.train.checkpoint import decode, encode
from harness.train.types import RunResult

Answer = RunResult | Exception


class Answers:
    """The members' results or errors by number, and the states of members that go on in another population."""

    def __init__(self) -> None:
        self.found: dict[int, Answer] = {}
        self._held: dict[int, dict[str, bytes]] = {}

    def hold(self, number: int, state: dict[str, Any]) -> None:
        """Keep a copy of a member's state, on the host, in the form of a checkpoint."""
        self._held[number] = encode(state)

    def held(self, number: int) -> Held | None:
        """Return what :func:`harness.train.loop.start` continues from, if a state was held."""
        files = self._held.get(number)
        return None if files is None else Held(files)


class Held:
    """A checkpoint in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def load(self) -> dict[str, Any]:
        """Return the state."""
        return decode(self._files)


def out_of_memory(error: Exception) -> bool:
    """Tell whether an error means that a device or the host is out of memory."""
    host = isinstance(error, RuntimeError) and "DefaultCPUAllocator: can't allocate memory" in str(error)
    return host or isinstance(error, MemoryError | torch.OutOfMemoryError)
