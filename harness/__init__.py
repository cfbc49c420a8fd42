"""The task-relationship study harness: which audio tasks help each other, and can that be told beforehand?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.results.loader import Study, load_study

__all__ = ["Study", "__version__", "load_study"]


def __getattr__(name: str) -> Any:
    if name in ("load_study", "Study"):
        from harness.results import loader

        return getattr(loader, name)
    if name == "__version__":
        from importlib.metadata import version

        return version("mtl-harness")
    raise AttributeError(f"module 'harness' has no attribute {name!r}")
