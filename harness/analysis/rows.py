"""Rows of the table ``regressions``."""

from __future__ import annotations

from typing import Any

from scipy import stats

Row = dict[str, Any]
NAN = float("nan")


def row(
    model: str,
    term: str,
    n: int,
    n_tasks: int,
    note: str,
    se_method: str | None,
    estimate: float,
    se: float = NAN,
    interval: tuple[float, float] = (NAN, NAN),
    p: float = NAN,
    df: float = NAN,
) -> Row:
    """Return a row with its numbers; what is left out is not known."""
    return {
        "model": model,
        "term": term,
        "estimate": float(estimate),
        "se": float(se),
        "se_method": se_method,
        "ci_low": float(interval[0]),
        "ci_high": float(interval[1]),
        "p": float(p),
        "df": float(df),
        "n": n,
        "n_tasks": n_tasks,
        "note": note or None,
    }


def t_row(
    model: str,
    term: str,
    n: int,
    n_tasks: int,
    note: str,
    se_method: str,
    estimate: float,
    se: float,
    df: float,
    confidence: float,
) -> Row:
    """Return a row with the interval ``estimate ± t(df) se`` and the two-sided p of ``estimate / se``."""
    half = float(stats.t.ppf((1 + confidence) / 2, df)) * se
    p = float(2 * stats.t.sf(abs(estimate) / se, df))
    interval = (estimate - half, estimate + half)
    return row(model, term, n, n_tasks, note, se_method, estimate, se, interval, p, df)


def null_row(model: str, term: str, n: int, n_tasks: int, note: str, se_method: str | None = None) -> Row:
    """Return a row without numbers; ``note`` says why."""
    return row(model, term, n, n_tasks, note, se_method, NAN)


def said(*parts: str) -> str:
    """Return the parts of a note that are not empty, joined."""
    return "; ".join(part for part in parts if part)
