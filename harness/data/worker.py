"""A worker process: takes chunks of items, applies one function, and leaves results in shared memory.

It imports what the function needs and nothing of the script that started it, so that it starts quickly, and a
script needs no ``if __name__ == "__main__":``. It ends when the other end of its pipes is closed.
"""

from __future__ import annotations

import contextlib
import mmap
import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from harness.data.wire import receive, send

#: Arrays in shared memory start at multiples of this many bytes.
ALIGNMENT = 64


class Packed(NamedTuple):
    """A pickled result whose arrays lie in shared memory (``spans``: offset, bytes) or, too large, beside it."""

    data: bytes
    spans: tuple[tuple[int, int], ...] = ()
    beside: tuple[bytes, ...] = ()
    failed: bool = False


def main(tasks: int, answers: int, memory_file: int, size: int) -> None:
    """Serve until ``tasks`` is closed; the first message is the function, the first answer that it is ready."""
    memory = mmap.mmap(memory_file, size)
    with contextlib.suppress(EOFError, BrokenPipeError):
        function = receive(tasks)
        send(answers, None)
        while True:
            items, start, stop = receive(tasks)
            for reply in _replies(function, items, memory, start, stop):
                send(answers, reply)


def _replies(
    function: Callable[[Any], Any], items: Sequence[Any], memory: mmap.mmap, start: int, stop: int
) -> Iterator[list[Packed]]:
    """Iterate the results of a chunk: together, but for those that shared memory has no room for."""
    done: list[Packed] = []
    for item in items:
        packed, start = _pack(function, item, memory, start, stop)
        done.append(packed)
        if packed.beside:
            yield done
            done = []
    if done:
        yield done


def _pack(
    function: Callable[[Any], Any], item: Any, memory: mmap.mmap, start: int, stop: int
) -> tuple[Packed, int]:
    """Return the packed result, and where the next one may lie in ``memory``."""
    buffers: list[pickle.PickleBuffer] = []
    try:
        data = pickle.dumps(function(item), protocol=5, buffer_callback=buffers.append)
    except Exception as error:
        import traceback

        error.add_note(f"in a worker process:\n{traceback.format_exc()}")
        return Packed(pickle.dumps(error), failed=True), start
    views = [buffer.raw() for buffer in buffers]
    spans = []
    at = start
    for view in views:
        spans.append((at, view.nbytes))
        at += -(-view.nbytes // ALIGNMENT) * ALIGNMENT
    if at > stop:
        return Packed(data, beside=tuple(bytes(view) for view in views)), start
    for (first, length), view in zip(spans, views, strict=True):
        memory[first : first + length] = view
    return Packed(data, tuple(spans)), at
