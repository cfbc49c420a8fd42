"""Moments as text."""

from __future__ import annotations

from datetime import UTC, datetime


def utc(at: float | None) -> str | None:
    """Return seconds since 1970 as ISO 8601 in UTC, to the second."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
