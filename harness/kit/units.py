"""What the contract of executors asks workers to do. Light: workers import it."""

from __future__ import annotations

import os
from typing import Any

_warmed: list[str] = []


def warm_up(context: dict[str, Any]) -> None:
    """Remember that the worker was warmed up, and with what."""
    _warmed.append(context["word"])


def work(unit: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Do what the unit says: give values back, fail, or end the process."""
    if unit["do"] == "fail":
        raise ValueError(f"unit {unit['key']} cannot be done")
    if unit["do"] == "end":
        os._exit(3)
    return {"value": unit["value"], "word": context["word"], "warmed": list(_warmed), "pid": os.getpid()}
