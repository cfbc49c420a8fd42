"""The result tables: schemas, writers, the loader for pandas, and classification reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.results.reports import classification_report

__all__ = ["classification_report"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from harness.results import reports

        return getattr(reports, name)
    raise AttributeError(f"module 'harness.results' has no attribute {name!r}")
