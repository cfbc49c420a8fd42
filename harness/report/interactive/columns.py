"""Tables as column arrays, short enough to be part of a page."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from harness.report.markup import FORBIDDEN, Html, tag
from harness.report.reading import number, text

if TYPE_CHECKING:
    import pandas as pd

#: Significant digits of what is drawn.
DIGITS = 6

Columns = dict[str, list[Any]]


def rounded(values: Iterable[object], digits: int = DIGITS) -> list[float | int | None]:
    """Return numbers with so many significant digits; null for what is none."""
    return [_short(number(value), digits) for value in values]


def _short(value: float | None, digits: int) -> float | int | None:
    if value is None:
        return None
    short = float(f"{value:.{digits}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def coded(values: Iterable[object], names: list[str]) -> list[int]:
    """Return the place of each value in ``names``, which grows by those that it does not have."""
    places = {name: place for place, name in enumerate(names)}
    found = []
    for value in values:
        name = text(value)
        if name not in places:
            places[name] = len(names)
            names.append(name)
        found.append(places[name])
    return found


def columns_of(rows: pd.DataFrame, words: Iterable[str], numbers: Iterable[str]) -> Columns:
    """Return columns of text as they are, and columns of numbers rounded."""
    return {name: [text(value) for value in rows[name]] for name in words} | {
        name: rounded(rows[name]) for name in numbers
    }


def embedded(identity: str, data: Mapping[str, Any]) -> Html:
    """Return a script element that holds data and cannot be ended from within them."""
    written = json.dumps(_clean(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    safe = written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return tag("script", Html(safe), type="application/json", id=identity)


def _clean(value: Any) -> Any:
    """Return data in which what JSON does not know is null, and characters that HTML forbids are replaced."""
    if isinstance(value, Mapping):
        return {_clean(str(key)): _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    if isinstance(value, str):
        return FORBIDDEN.sub("\ufffd", value) if FORBIDDEN.search(value) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
