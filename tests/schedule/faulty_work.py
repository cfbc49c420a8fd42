"""A worker's function that goes wrong where ``$FAULTS`` (JSON: fold to fault) says, and is the real one elsewhere.

A fault hits the first trial of a fold: the one at the centre of the search space. "… once" hits only its first try.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.schedule.work import run_unit

CENTRE_LR = 0.01  # of lr: {log: [1e-3, 1e-1]}


def run_faulty_unit(unit: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """Train one unit, or fail as asked."""
    optimizer = unit["spec"]["optimizer"]["parameters"]
    fault = json.loads(os.environ["FAULTS"]).get(str(unit["data"]["fold"]), "")
    if abs(optimizer["lr"] - CENTRE_LR) > 1e-9 or not fault:
        return run_unit(unit, context)
    if fault.endswith(" once") and _tried(Path(context["checkpoints"]) / f"tried-{unit['key']}"):
        return run_unit(unit, context)
    if fault.startswith("nan"):
        optimizer["lr"] = 1e30
        return run_unit(unit, context)
    _go_wrong(fault)
    raise AssertionError(f"unknown fault {fault!r}")


def _go_wrong(fault: str) -> None:
    if fault.startswith("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if fault.startswith("hang"):
        time.sleep(600)
    if fault.startswith("raise"):
        raise ZeroDivisionError("the plugin divides by zero")
    if fault.startswith("memory"):
        import torch

        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def _tried(mark: Path) -> bool:
    if mark.exists():
        return True
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    return False
