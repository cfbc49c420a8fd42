"""What was measured on trained networks and on features, for predictors."""

from __future__ import annotations

from harness.results.schemas.columns import Table

TABLES: dict[str, Table] = {}
