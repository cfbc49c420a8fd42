"""The data sets that plugins offer, as rows; nothing is built, and nothing heavy is imported."""

from __future__ import annotations

from typing import Any

from harness.plugins import Registered, Registry
from harness.records import DatasetRecord


def known_datasets(registry: Registry) -> list[dict[str, Any]]:
    """Return a row a data set: name, tasks, what it must be told, licence, citation, whether it can be fetched."""
    return [_row(entry) for entry in registry.all("dataset")]


def _row(entry: Registered) -> dict[str, Any]:
    record = entry.component
    assert isinstance(record, DatasetRecord)
    fields = record.parameters.model_fields
    fetch = record.fetch
    return {
        "name": record.name,
        "tasks": list(record.tasks),
        "summary": record.summary,
        "licence": record.licence,
        "citation": record.source,
        "needs": [field.alias or name for name, field in fields.items() if field.is_required()],
        "fetch": "no" if fetch is None else "yes" if fetch.files else "by hand",
        "size_bytes": fetch.size_bytes if fetch and fetch.files else None,
        "homepage": fetch.homepage if fetch else None,
        "steps": fetch.steps or None if fetch else None,
        "from": f"{entry.distribution} {entry.version}",
    }
