"""The packages of the extra ``demo``: whether they are there, and their versions."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from harness.api import PluginError

INSTALL = "install it with: pip install 'mtl-harness[demo]'"


def versions(dataset: str, distributions: Iterable[str]) -> dict[str, str]:
    """Return the installed versions; raise :class:`PluginError` naming what is missing and how to get it."""
    found: dict[str, str] = {}
    missing: list[str] = []
    for name in distributions:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        raise PluginError(
            f"data set {dataset!r} needs {', '.join(missing)}, which is not installed; {INSTALL}"
        )
    return found


def load(module: str) -> ModuleType:
    """Import a module of the extra; raise :class:`PluginError` where that does not work."""
    try:
        return importlib.import_module(module)
    except (ImportError, OSError) as error:
        raise PluginError(f"cannot import {module!r} ({error}); {INSTALL}") from error
