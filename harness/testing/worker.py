"""A worker process as trainings have them: started anew, it knows a component by its kind and name alone."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any


def described(kind: str, name: str, parameters: str) -> dict[str, Any]:
    """Return what this process makes of a component: what its factory is, and the parameters that JSON gives."""
    from harness.plugins import load_registry

    record = load_registry().get(kind, name).component
    settings = record.parameters.model_validate_json(parameters)
    factory = record.resolve()
    where = f"{factory.__module__}:{getattr(factory, '__qualname__', type(factory).__qualname__)}"
    return {"factory": where, "parameters": json.loads(settings.model_dump_json())}


def described_by_worker(kind: str, name: str, parameters: str) -> dict[str, Any]:
    """Return :func:`described` of a worker process; one is started for all calls, and ends with this process."""
    found: dict[str, Any] = _workers().submit(described, kind, name, parameters).result(timeout=120)
    return found


@cache
def _workers() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
