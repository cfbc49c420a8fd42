"""Worker processes and their shared memory, as the process that gives out the work sees them."""

from __future__ import annotations

import mmap
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.spawn import get_executable
from typing import Any

from harness.data.wire import receive, send
from harness.data.worker import Packed
from harness.errors import DataError

#: Shared memory of one chunk's results, bytes. Only what is used takes memory.
REGION = 2**22
#: Chunks that a worker may have in hand.
DEPTH = 8

#: A worker decodes: it needs no threads beside its own, and memory that it frees it will need again (mallopt(3)).
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "MALLOC_TRIM_THRESHOLD_": str(2**27),
}


class WorkerDied(Exception):
    """The process ended without an answer."""


class Worker:
    """One process that applies one function. Chunks are answered in the order in which they were sent."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function
        self._file = _memory_file(DEPTH * REGION)
        self._memory = memoryview(mmap.mmap(self._file, DEPTH * REGION))
        self.start()

    def start(self) -> None:
        """Start the process, or a new one in the place of one that died."""
        their_tasks, self._tasks = os.pipe()
        self._answers, their_answers = os.pipe()
        handles = their_tasks, their_answers, self._file
        entry = f"main({', '.join(map(str, handles))}, {DEPTH * REGION})"
        paths = [path for path in sys.path if isinstance(path, str)]
        code = f"import sys; sys.path[:] = {paths!r}; from harness.data.worker import main; {entry}"
        try:
            self._process = subprocess.Popen(
                [get_executable(), "-c", code],
                stdin=subprocess.DEVNULL,
                pass_fds=handles,
                env=os.environ | _ENVIRONMENT,
                process_group=0,  # Ctrl-C is for the parent
            )
        finally:
            os.close(their_tasks)
            os.close(their_answers)
        self._ready = False
        self._send(self.function)

    def send(self, items: Sequence[Any], region: int) -> None:
        """Give the worker a chunk; its results may use one region (0 to ``DEPTH - 1``) of the memory."""
        self._send((items, region * REGION, (region + 1) * REGION))

    def results(self, n: int) -> Iterator[Any]:
        """Yield the ``n`` results of the next chunk; arrays in them lie in the chunk's region.

        Raises:
            WorkerDied: the process ended before it had answered.
            DataError: the process ended before it was ready.
        """
        while n > 0:
            reply = self._receive()
            for packed in reply:
                yield self._unpack(packed)
            n -= len(reply)

    def close(self) -> None:
        """End the process, whatever it does."""
        os.close(self._tasks)
        os.close(self._answers)
        self._process.kill()
        self._process.wait()

    def dispose(self) -> None:
        """End the process and give the memory back when the last result is gone."""
        self.close()
        os.close(self._file)

    def _send(self, message: Any) -> None:
        try:
            send(self._tasks, message)
        except BrokenPipeError:
            return  # it died: whoever waits for its answer is told

    def _receive(self) -> list[Packed]:
        try:
            if not self._ready:
                receive(self._answers)
                self._ready = True
            reply: list[Packed] = receive(self._answers)
        except EOFError as error:
            if not self._ready:
                raise DataError(
                    f"worker processes cannot be started: {get_executable()} ended with exit status "
                    f"{self._process.wait()} before it was ready; compute.workers: 1 decodes without them"
                ) from error
            raise WorkerDied from error
        return reply

    def _unpack(self, packed: Packed) -> Any:
        if packed.failed:
            raise pickle.loads(packed.data)
        buffers = [self._memory[start : start + length] for start, length in packed.spans]
        return pickle.loads(packed.data, buffers=buffers or packed.beside)


def _memory_file(size: int) -> int:
    """Return the descriptor of a file in memory, without a name."""
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("harness")
    else:
        with tempfile.TemporaryFile() as file:
            handle = os.dup(file.fileno())
    os.ftruncate(handle, size)
    return handle
