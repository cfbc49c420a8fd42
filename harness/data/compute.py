"""Where the features of batches are computed while workers decode: here, or in threads of this process."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

#: Batches a thread that may wait to be computed or written.
BATCHES = 4
#: Blocks up to the first, bytes, come from the heap, which keeps up to the second when they are freed.
KEPT_BLOCK, KEPT_HEAP = 2**25, 2**27


class Here(Executor):
    """Computes at once, in the thread that asks."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextlib.contextmanager
def computing(workers: int, device: str) -> Iterator[tuple[Executor, int]]:
    """Give what computes batches beside ``workers`` decoding processes, and how many may be in memory.

    Half as many threads as workers, each of one core: small batches that stay in its cache are faster than
    large ones on all cores. This thread does it where that is one, and where a device computes.
    """
    threads = 1 if device != "cpu" else workers // 2
    _keep_freed_memory()
    with one_core(device):
        if threads <= 1:
            yield Here(), 1
        else:
            with ThreadPoolExecutor(threads) as pool:
                yield pool, BATCHES * threads


@contextlib.contextmanager
def one_core(device: str = "cpu") -> Iterator[None]:
    """Let torch use one core a thread, and give it back the others at the end."""
    import torch

    before = torch.get_num_threads()
    if device == "cpu":
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _keep_freed_memory() -> None:
    """Let glibc keep what is freed (mallopt(3)): to ask for it again at every batch costs more than the feature.

    Where there is no glibc, nothing happens.
    """
    with contextlib.suppress(OSError, AttributeError):
        allocator = ctypes.CDLL(None)
        for parameter, size in ((-3, KEPT_BLOCK), (-1, KEPT_HEAP)):  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD
            allocator.mallopt(parameter, size)
