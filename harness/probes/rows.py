"""The rows that a probe's unit gives back, and values that cannot be measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

#: A value, or ``None`` and why there is none.
Measured = tuple[float | None, str | None]


def measured(measure: Callable[[], float]) -> Measured:
    """Return what ``measure`` returns, or why it cannot be measured."""
    try:
        value = measure()
    except ValueError as error:
        return None, str(error)
    return (float(value), None) if math.isfinite(value) else (None, f"the value is {value}")


def row(probe: str, main: str, partner: str, found: Measured) -> dict[str, Any]:
    """Return a row of the table ``probes``, without the columns that all rows of a unit share."""
    return {"probe": probe, "main": main, "partner": partner, "value": found[0], "note": found[1]}


def rows_of(pairs: Sequence[Sequence[str]], found: Mapping[str, Measured]) -> list[dict[str, Any]]:
    """Return the rows of (main, partner) ``pairs`` that have the same values, by probe."""
    return [row(probe, main, partner, value) for main, partner in pairs for probe, value in found.items()]
