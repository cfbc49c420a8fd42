"""The local executor: persistent worker processes on this machine, each doing one unit at a time.

Units and results travel as JSON text over pipes. A worker that dies, or passes the unit's time limit, loses only its
unit; another worker takes its place. Workers end by themselves when the parent is gone, whatever killed it.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from pydantic import Field

from harness.bases.executor import Executor, Outcome
from harness.errors import HarnessError
from harness.records import Parameters

#: So that workers that cannot even start do not keep the parent busy for ever.
MAX_DEATHS_IN_A_ROW = 20


class LocalParameters(Parameters):
    """Parameters of the local executor."""

    workers: int | None = Field(None, ge=1, description="worker processes (default: one a core)")
    threads: int = Field(1, ge=1, description="threads a worker uses on the CPU")
    timeout_s: float | None = Field(
        None, gt=0, description="a unit that takes longer is ended and counted as lost, s"
    )


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    unit: dict[str, Any] | None = None
    since: float = 0.0

    @property
    def name(self) -> str:
        return f"pid {self.process.pid}"


class LocalExecutor(Executor):
    """Worker processes on this machine."""

    parameters: LocalParameters

    def __init__(self, parameters: LocalParameters) -> None:
        super().__init__(parameters)
        self._workers: list[_Worker] = []
        self._queue: deque[dict[str, Any]] = deque()
        self._target: tuple[str, dict[str, Any]] = ("", {})
        self._deaths_in_a_row = 0

    def start(self, function: str, context: dict[str, Any]) -> None:
        self._target = (function, context)
        self._workers = [self._spawn() for _ in range(self.slots)]

    @property
    def slots(self) -> int:
        return self.parameters.workers or len(os.sched_getaffinity(0))

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
            if now:
                worker.process.kill()
            with contextlib.suppress(OSError):
                worker.pipe.close()
        for worker in self._workers:
            worker.process.join(timeout=5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers = []

    def _spawn(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        arguments = (theirs, *self._target, self.parameters.threads)
        process = context.Process(target=_work, args=arguments, daemon=True, name="harness-worker")
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _assign(self) -> list[Outcome]:
        """Give queued units to idle workers; what was started is an outcome too."""
        started = []
        for worker in self._workers:
            if worker.unit is None and self._queue and worker.process.is_alive():
                unit = self._queue.popleft()
                with contextlib.suppress(OSError):  # a worker that just died is found by its sentinel
                    worker.pipe.send_bytes(json.dumps(unit).encode())
                worker.unit, worker.since = unit, time.monotonic()
                started.append(Outcome(key=unit["key"], status="started", worker=worker.name))
        return started

    def _collect(self, worker: _Worker) -> list[Outcome]:
        answer = self._receive(worker)
        if answer is not None:
            self._deaths_in_a_row = 0
            unit, worker.unit = worker.unit, None
            return [Outcome(**json.loads(answer))] if unit else []
        if not worker.process.is_alive():
            worker.process.join()
            return self._replace(
                worker, "WorkerDied", f"the worker ended with exit code {worker.process.exitcode}"
            )
        limit = self.parameters.timeout_s
        if worker.unit is not None and limit is not None and time.monotonic() - worker.since > limit:
            worker.process.kill()
            worker.process.join()
            return self._replace(worker, "WorkerTimeout", f"the unit took longer than {limit:g} s")
        return []

    def _receive(self, worker: _Worker) -> bytes | None:
        with contextlib.suppress(EOFError, OSError):
            if worker.pipe.poll():
                return worker.pipe.recv_bytes()
        return None

    def _replace(self, worker: _Worker, error_type: str, error: str) -> list[Outcome]:
        worker.pipe.close()
        self._deaths_in_a_row += 1
        if self._deaths_in_a_row > MAX_DEATHS_IN_A_ROW:
            raise HarnessError(
                f"workers die one after another ({error}); is there enough memory? Nothing done is lost."
            )
        self._workers[self._workers.index(worker)] = self._spawn()
        if worker.unit is None:
            return []
        return [
            Outcome(
                key=worker.unit["key"], status="lost", error_type=error_type, error=error, worker=worker.name
            )
        ]


def _work(pipe: Connection, function: str, context: dict[str, Any], threads: int) -> None:
    """The life of a worker: receive a unit, call the function, answer; until the pipe closes or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    module, _, name = function.partition(":")
    call = getattr(importlib.import_module(module), name)
    with contextlib.suppress(EOFError, OSError):
        while True:
            unit = json.loads(pipe.recv_bytes())
            pipe.send_bytes(json.dumps(_answer(call, unit, context)).encode())


def _answer(call: Any, unit: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    worker = f"pid {os.getpid()}"
    try:
        return {"key": unit["key"], "status": "done", "result": call(unit, context), "worker": worker}
    except Exception as error:
        return {
            "key": unit["key"],
            "status": "failed",
            "error_type": type(error).__name__,
            "error": str(error),
            "traceback": traceback.format_exc(),
            "worker": worker,
        }


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
