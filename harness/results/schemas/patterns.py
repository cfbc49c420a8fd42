"""Whether the pattern of gains stays, and what pairs tell about larger groups."""

from __future__ import annotations

from harness.results.schemas.columns import Table

TABLES: dict[str, Table] = {}
