"""The local executor: persistent worker processes on this machine, each doing one unit at a time.

Units and results travel as JSON text over pipes. A worker that dies, or hangs, loses only its unit; another worker
takes its place. Workers end by themselves when the parent is gone, whatever killed it.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import time
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from pydantic import Field

from harness.bases.executor import Executor, Outcome
from harness.errors import HarnessError
from harness.records import Parameters
from harness.schedule.limits import TimeLimit
from harness.schedule.local_worker import READY, how_it_ended, work

#: So that workers that cannot even start do not keep the parent busy for ever.
MAX_BAD_STARTS = 10
#: A worker that has not loaded what it needs after this long is taken for hung, s.
START_LIMIT_S = 600.0


class LocalParameters(Parameters):
    """Parameters of the local executor."""

    workers: int | None = Field(
        None, ge=1, description="worker processes (default: one a core; on GPUs compute.slots each)"
    )
    threads: int = Field(1, ge=1, description="threads a worker uses on the CPU")
    timeout_s: float | None = Field(
        None,
        gt=0,
        description="a unit that takes longer is ended and counted as lost, s (default: one that shows no sign of life "
        "for 20 times the longest that is done, at least 600)",
    )


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    device: str | None
    born: float
    ready: bool = False
    unit: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        return f"pid {self.process.pid}"


class LocalExecutor(Executor):
    """Worker processes on this machine; ``context["devices"]`` (optional) are dealt out to them in turn."""

    parameters: LocalParameters

    def __init__(self, parameters: LocalParameters) -> None:
        super().__init__(parameters)
        self._workers: list[_Worker] = []
        self._queue: deque[dict[str, Any]] = deque()
        self._function, self._context = "", dict[str, Any]()
        self._limit = TimeLimit(parameters.timeout_s)
        self._bad_starts = 0

    def start(self, function: str, context: dict[str, Any]) -> None:
        self._function, self._context = function, context
        checkpoints = context.get("checkpoints")
        self._limit = TimeLimit(self.parameters.timeout_s, Path(checkpoints) if checkpoints else None)
        devices = context.get("devices") or [None]
        self._workers = [self._spawn(devices[slot % len(devices)]) for slot in range(self.slots)]

    @property
    def slots(self) -> int:
        return self.parameters.workers or len(os.sched_getaffinity(0))

    @property
    def ready(self) -> int:
        """How many workers have loaded what they need."""
        return sum(worker.ready for worker in self._workers)

    def submit(self, unit: dict[str, Any]) -> None:
        self._queue.append(unit)

    def wait(self, timeout_s: float) -> list[Outcome]:
        outcomes = self._assign()
        if not outcomes:
            wait([w.pipe for w in self._workers] + [w.process.sentinel for w in self._workers], timeout_s)
        for worker in list(self._workers):
            outcomes += self._collect(worker)
        return outcomes

    def cancel(self) -> list[str]:
        keys = [unit["key"] for unit in self._queue]
        self._queue.clear()
        return keys

    def stop(self, *, now: bool) -> None:
        self._queue.clear()
        for worker in self._workers:
            if (
                now or worker.unit is None
            ):  # one without a unit has nothing to lose, and may still be starting
                worker.process.kill()
            with contextlib.suppress(OSError):
                worker.pipe.close()
        for worker in self._workers:
            worker.process.join(timeout=5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers = []

    def _spawn(self, device: str | None) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        told = self._context if device is None else {**self._context, "device": device}
        arguments = (theirs, self._function, told, self.parameters.threads)
        process = context.Process(target=work, args=arguments, daemon=True, name="harness-worker")
        process.start()
        theirs.close()
        return _Worker(process, ours, device, time.monotonic())

    def _assign(self) -> list[Outcome]:
        """Give queued units to idle workers; what was started is an outcome too."""
        started = []
        for worker in self._workers:
            if worker.ready and worker.unit is None and self._queue and worker.process.is_alive():
                worker.unit = self._queue.popleft()
                self._limit.begin(worker.unit)
                with contextlib.suppress(OSError):  # a worker that just died is found by its sentinel
                    worker.pipe.send_bytes(json.dumps(worker.unit).encode())
                started.append(Outcome(key=worker.unit["key"], status="started", worker=worker.name))
        return started

    def _collect(self, worker: _Worker) -> list[Outcome]:
        answer = self._receive(worker)
        if answer == READY:
            worker.ready, self._bad_starts = True, 0
            return []
        if answer is not None:
            return self._answered(worker, Outcome(**json.loads(answer)))
        if not worker.process.is_alive():
            worker.process.join()
            return self._replace(worker, "WorkerDied", how_it_ended(worker.process.exitcode))
        late = self._late(worker)
        if late is not None:
            worker.process.kill()
            worker.process.join()
            return self._replace(worker, "WorkerTimeout", late)
        return []

    def _receive(self, worker: _Worker) -> bytes | None:
        with contextlib.suppress(EOFError, OSError):
            if worker.pipe.poll():
                return worker.pipe.recv_bytes()
        return None

    def _answered(self, worker: _Worker, outcome: Outcome) -> list[Outcome]:
        if worker.unit is None:
            return []
        self._limit.end(worker.unit, done=outcome.status == "done")
        self._bad_starts = 0
        worker.unit = None
        worker.ready = outcome.status != "lost"
        return [outcome]

    def _late(self, worker: _Worker) -> str | None:
        if worker.unit is not None:
            return self._limit.passed(worker.unit)
        slow = not worker.ready and time.monotonic() - worker.born > START_LIMIT_S
        return f"a worker was not ready after {START_LIMIT_S:g} s" if slow else None

    def _replace(self, worker: _Worker, error_type: str, error: str) -> list[Outcome]:
        worker.pipe.close()
        if worker.unit is None:
            self._bad_starts += 1
            if self._bad_starts > MAX_BAD_STARTS:
                raise HarnessError(
                    f"workers do not get as far as their first unit ({error}); is there enough memory? "
                    "Nothing done is lost."
                )
        self._workers[self._workers.index(worker)] = self._spawn(worker.device)
        if worker.unit is None:
            return []
        self._limit.end(worker.unit, done=False)
        key = worker.unit["key"]
        return [Outcome(key=key, status="lost", error_type=error_type, error=error, worker=worker.name)]
