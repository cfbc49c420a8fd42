"""Which tasks to train together."""

from __future__ import annotations

from harness.results.schemas.columns import Table

TABLES: dict[str, Table] = {}
