"""Apply a function to many items in worker processes: in order, in bounded memory, surviving crashes."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from harness.data.crew import DEPTH, Worker, WorkerDied

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Fewer items than this are not worth the start of a process.
MIN_ITEMS = 64
CHUNK = 8


def ordered_map(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    n_items: int,
    workers: int,
    crashed: Callable[[Item], Result],
    here: Callable[[Item], bool] = lambda item: False,
) -> Iterator[Result]:
    """Yield ``function(item)`` for every item, in order.

    At most ``8 · workers`` chunks of 8 items are in memory. Arrays in a result lie in shared memory and are valid
    until the next result is asked for: copy what is to stay. Where an item ends its worker process (a decoder that
    crashes, a process killed for its memory), the rest of its chunk is tried one by one in a new process, and
    the one that does it again yields ``crashed(item)``. Items that are ``here`` (their data would be costly to
    send) are done in this process; with few items, or one worker, all are.

    Raises:
        DataError: worker processes cannot be started.
    """
    if workers <= 1 or n_items < MIN_ITEMS:
        yield from map(function, items)
        return
    office = _Office(function, workers, crashed, here)
    try:
        yield from office.results(iter(items))
    finally:
        office.close()


@dataclass(frozen=True)
class _Chunk(Generic[Item]):
    items: list[Item]
    sent: list[Item]
    worker: int
    region: int


class _Office(Generic[Item, Result]):
    """Gives chunks to workers in turn, and takes the results in the same order."""

    def __init__(
        self,
        function: Callable[[Item], Result],
        workers: int,
        crashed: Callable[[Item], Result],
        here: Callable[[Item], bool],
    ) -> None:
        self.function, self.crashed, self.here = function, crashed, here
        self.workers: list[Worker | None] = [None] * workers
        self.flying: deque[_Chunk[Item]] = deque()
        self.places = itertools.cycle(itertools.product(range(DEPTH), range(workers)))

    def results(self, items: Iterator[Item]) -> Iterator[Result]:
        room = DEPTH * len(self.workers)
        while True:
            while len(self.flying) < room and (chunk := list(itertools.islice(items, CHUNK))):
                self._send(chunk)
            if not self.flying:
                return
            yield from self._chunk_results(self.flying[0])
            self.flying.popleft()

    def close(self) -> None:
        for worker in self.workers:
            if worker is not None:
                worker.dispose()

    def _send(self, items: list[Item]) -> None:
        region, worker = next(self.places)
        chunk = _Chunk(items, [item for item in items if not self.here(item)], worker, region)
        self.flying.append(chunk)
        if chunk.sent:
            self._worker(worker).send(chunk.sent, region)

    def _worker(self, place: int) -> Worker:
        worker = self.workers[place]
        if worker is None:
            worker = self.workers[place] = Worker(self.function)
        return worker

    def _chunk_results(self, chunk: _Chunk[Item]) -> Iterator[Result]:
        found = self._sent_results(chunk) if chunk.sent else iter(())
        for item in chunk.items:
            yield self.function(item) if self.here(item) else next(found)
        next(found, None)  # to its end, where a new worker gets what its predecessor lost

    def _sent_results(self, chunk: _Chunk[Item]) -> Iterator[Result]:
        worker, done = self._worker(chunk.worker), 0
        try:
            for result in worker.results(len(chunk.sent)):
                yield result
                done += 1
        except WorkerDied:
            yield from self._one_by_one(chunk, worker, done)

    def _one_by_one(self, chunk: _Chunk[Item], worker: Worker, done: int) -> Iterator[Result]:
        _restart(worker)
        for item in chunk.sent[done:]:
            worker.send([item], chunk.region)
            try:
                result: Any = next(worker.results(1))
            except WorkerDied:
                _restart(worker)
                result = self.crashed(item)
            yield result
        for later in self.flying:
            if later is not chunk and later.worker == chunk.worker and later.sent:
                worker.send(later.sent, later.region)


def _restart(worker: Worker) -> None:
    worker.close()
    worker.start()
