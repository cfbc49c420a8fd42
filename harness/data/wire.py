"""Pickled messages through a pair of pipe ends, between a process and its worker.

``multiprocessing.connection`` does the same, and takes a third of a worker's start to import.
"""

from __future__ import annotations

import os
import pickle
import struct
from typing import Any

_LENGTH = struct.Struct("<Q")


def send(handle: int, message: Any) -> None:
    """Write a message. Raises BrokenPipeError where nobody will read it."""
    data = pickle.dumps(message, protocol=5)
    view = memoryview(_LENGTH.pack(len(data)) + data)
    while view:
        view = view[os.write(handle, view) :]


def receive(handle: int) -> Any:
    """Wait for a message. Raises EOFError where the other end is closed."""
    (length,) = _LENGTH.unpack(_read(handle, _LENGTH.size))
    return pickle.loads(_read(handle, length))


def _read(handle: int, length: int) -> bytes:
    parts = []
    while length:
        part = os.read(handle, length)
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
