"""The life of a local worker process, and what its end means."""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

#: What a worker says when it has loaded what it needs and waits for its first unit.
READY = b"ready"


def work(pipe: Connection, function: str, context: dict[str, Any], threads: int) -> None:
    """Receive a unit, call the function, answer; until the pipe closes or the parent is gone.

    Where the function's module has a ``warm_up(context)``, that is called once before the first unit.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    module, _, name = function.partition(":")
    home = importlib.import_module(module)
    call = getattr(home, name)
    getattr(home, "warm_up", _nothing)(context)
    with contextlib.suppress(EOFError, OSError):
        pipe.send_bytes(READY)
        usable = True
        while usable:
            answer, usable = outcome(call, json.loads(pipe.recv_bytes()), context)
            pipe.send_bytes(answer)


def outcome(call: Callable[..., Any], unit: dict[str, Any], context: dict[str, Any]) -> tuple[bytes, bool]:
    """Return what became of a call, as JSON of an :class:`~harness.bases.executor.Outcome`, and whether this process
    can do another one.
    """
    known = {"key": unit["key"], "worker": f"pid {os.getpid()}"}
    try:
        result = call(unit, context)
        return json.dumps({"status": "done", "result": result, **known}).encode(), not result.get("broken")
    except Exception as error:
        usable = not is_broken_device(error)
        text = {
            "status": "failed" if usable else "lost",
            "error_type": type(error).__name__,
            "error": str(error),
            "traceback": traceback.format_exc(),
        }
        return json.dumps({**text, **known}).encode(), usable


def is_broken_device(error: Exception) -> bool:
    """Tell whether an error leaves a CUDA device unusable for the process that met it: it needs a new one."""
    return "CUDA error" in str(error) and type(error).__name__ != "OutOfMemoryError"


def how_it_ended(exitcode: int | None) -> str:
    """Say how a worker ended, for the ``failures`` table."""
    if exitcode is None or exitcode >= 0:
        return f"the worker ended with exit code {exitcode}"
    try:
        name = signal.Signals(-exitcode).name
    except ValueError:
        name = "an unknown signal"
    memory = "; the system does that when memory runs out" if -exitcode == signal.SIGKILL else ""
    return f"the worker was ended by signal {-exitcode} ({name}{memory})"


def _nothing(context: dict[str, Any]) -> None:
    """Stand in for a ``warm_up`` that the function's module does not have."""


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
