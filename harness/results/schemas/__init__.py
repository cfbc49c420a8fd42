"""One pyarrow schema a table, with the meaning of every column: the only source of the data dictionary.

``params_*`` columns are added to ``trials`` and ``runs`` for every hyperparameter of the study, as strings, numbers or
booleans. Times are UTC timestamps in microseconds; durations are seconds; lists are Arrow lists.
"""

from __future__ import annotations

from harness.results.schemas import (
    gains,
    groupings,
    inference,
    measured,
    patterns,
    probes,
    reports,
    statistics,
    trouble,
)
from harness.results.schemas.columns import Column, Table

__all__ = ["TABLES", "Column", "Table"]

ROOMS = (measured, reports, gains, patterns, probes, statistics, inference, groupings, trouble)
TABLES: dict[str, Table] = {name: table for room in ROOMS for name, table in room.TABLES.items()}
