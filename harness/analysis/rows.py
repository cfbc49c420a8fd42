"""Rows of the table ``regressions``."""

from __future__ import annotations

from typing import Any

import numpy as np

Row = dict[str, Any]


def row(
    model: str,
    term: str,
    n: int,
    n_tasks: int,
    note: str,
    se_method: str,
    estimate: float,
    se: float,
    interval: tuple[float, float],
    p: float,
) -> Row:
    """Return a row with its numbers."""
    return {
        "model": model,
        "term": term,
        "estimate": float(estimate),
        "se": float(se),
        "se_method": se_method,
        "ci_low": float(interval[0]),
        "ci_high": float(interval[1]),
        "p": float(p),
        "n": n,
        "n_tasks": n_tasks,
        "note": note or None,
    }


def null_row(model: str, term: str, n: int, n_tasks: int, note: str, se_method: str | None = None) -> Row:
    """Return a row without numbers; ``note`` says why."""
    nothing = float(np.nan)
    return row(model, term, n, n_tasks, note, "", nothing, nothing, (nothing, nothing), nothing) | {
        "se_method": se_method
    }
