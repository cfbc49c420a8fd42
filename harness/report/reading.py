"""Tables as the report reads them: any of them may be absent, empty, or null throughout."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.results.schemas import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from harness.results.loader import Study


def table(study: Study, name: str) -> pd.DataFrame:
    """Return a table of a study with every column of its schema; empty where the study has none."""
    import pandas as pd

    frame = study.tables.get(name)
    if frame is None:
        frame = pd.DataFrame()
    missing = [column.name for column in TABLES[name].columns if column.name not in frame.columns]
    return frame.reset_index(drop=True) if not missing else _completed(frame, missing)


def _completed(frame: pd.DataFrame, missing: list[str]) -> pd.DataFrame:
    import pandas as pd

    nulls = pd.DataFrame({name: pd.Series([None] * len(frame), dtype=object) for name in missing})
    return pd.concat([frame.reset_index(drop=True), nulls], axis=1)


def is_null(value: object) -> bool:
    """Tell whether a cell holds nothing: ``None``, NaN, ``NaT`` or ``pd.NA``."""
    if value is None or isinstance(value, (str, list, tuple, dict)) or hasattr(value, "__len__"):
        return value is None
    try:
        return bool(value != value)
    except TypeError:  # pd.NA has no truth value
        return True


def number(value: object) -> float | None:
    """Return a finite float, or ``None`` for what is null, infinite or not a number."""
    if is_null(value):
        return None
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def numbers(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as float64; null, infinite and what is not a number become NaN."""
    import numpy as np
    import pandas as pd

    values = pd.to_numeric(frame[column], errors="coerce").astype("float64")
    return values.where(np.isfinite(values))


def strings(value: object) -> list[str]:
    """Return a list column's cell as a list of strings, whatever sequence the reader gave."""
    if value is None or isinstance(value, str) or not hasattr(value, "__iter__"):
        return [] if is_null(value) else [str(value)]
    return [str(item) for item in value]


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as mappings from column to cell."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def text(value: object) -> str:
    """Return a cell as text; null is the empty string."""
    return "" if is_null(value) else str(value)


def flags(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a boolean column without nulls: null counts as false."""
    return frame[column].map(lambda value: not is_null(value) and bool(value)).astype(bool)


def parsed(value: object) -> dict[str, Any]:
    """Return the mapping of a JSON column; an empty one where there is none or it cannot be read."""
    try:
        found = json.loads(text(value) or "{}")
    except ValueError:
        return {}
    return dict(found) if isinstance(found, Mapping) else {}
