"""Apply a function to many items in worker processes: in order, in bounded memory, surviving crashes.

Workers are spawned, not forked, so that they inherit no threads and import only what the function needs.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from harness.errors import DataError

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Fewer items than this are not worth the start of a process.
MIN_ITEMS = 64
CHUNK = 16


def ordered_map(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    n_items: int,
    workers: int,
    crashed: Callable[[Item], Result],
) -> Iterator[Result]:
    """Yield ``function(item)`` for every item, in order.

    At most ``2 · workers`` chunks of 16 items are in memory. Where an item ends its worker process (a
    decoder that crashes, a process killed for its memory), the items in flight are tried again one by one,
    and the one that does it again yields ``crashed(item)``. With few items, or one worker, all happens in
    this process.
    """
    if workers <= 1 or n_items < MIN_ITEMS:
        yield from map(function, items)
        return
    iterator = iter(items)
    flying: deque[tuple[list[Item], Future[list[Result]]]] = deque()
    pool = _pool(workers)
    try:
        while True:
            while len(flying) < 2 * workers and (chunk := list(itertools.islice(iterator, CHUNK))):
                flying.append((chunk, _submit(pool, function, chunk)))
            if not flying:
                return
            chunk, future = flying.popleft()
            try:
                results = future.result()
            except BrokenProcessPool:
                pool.shutdown(cancel_futures=True)
                lost = itertools.chain(chunk, *(chunk for chunk, _ in flying))
                flying.clear()
                results = _one_by_one(function, lost, crashed)
                pool = _pool(workers)
            yield from results
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker)


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it: a worker of a killed parent would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _submit(
    pool: ProcessPoolExecutor, function: Callable[[Item], Result], chunk: list[Item]
) -> Future[list[Result]]:
    try:
        return pool.submit(_apply, function, chunk)
    except BrokenProcessPool as error:
        failed: Future[list[Result]] = Future()
        failed.set_exception(error)
        return failed


def _apply(function: Callable[[Item], Result], chunk: list[Item]) -> list[Result]:
    return [function(item) for item in chunk]


def _one_by_one(
    function: Callable[[Item], Result], items: Iterable[Item], crashed: Callable[[Item], Result]
) -> list[Result]:
    results = []
    pool = _healthy_pool()
    for item in items:
        try:
            results.append(pool.submit(function, item).result())
        except BrokenProcessPool:
            results.append(crashed(item))
            pool.shutdown()
            pool = _healthy_pool()
    pool.shutdown()
    return results


def _healthy_pool() -> ProcessPoolExecutor:
    """Return a pool of one worker that was seen to work: an item is not to blame where none can start."""
    pool = _pool(1)
    try:
        pool.submit(int).result()
    except BrokenProcessPool as error:
        raise DataError(
            "worker processes cannot be started; a script that calls the harness needs 'if __name__ == "
            '"__main__":\' '
            "around its calls, or compute.workers: 1"
        ) from error
    return pool
