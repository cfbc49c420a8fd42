"""Discovery of plugins: built-in and third-party alike, through entry points of group ``harness``.

A plugin that fails to import, or whose hooks do not fit, is recorded with its traceback and left out. It
stops a command only when the command names something that no healthy plugin offers.
``HARNESS_STRICT_PLUGINS=1`` raises at once.
"""

from __future__ import annotations

import importlib.metadata
import os
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from harness.errors import PluginError, UnknownComponentError, did_you_mean
from harness.plugin_api import api_mismatch, check_api, stated_in_source
from harness.plugin_checks import HOOKS, KINDS, components_of
from harness.records import Component

__all__ = ["HOOKS", "KINDS", "PluginFailure", "Registered", "Registry", "build_registry", "load_registry"]

ENTRY_POINT_GROUP = "harness"


@dataclass(frozen=True)
class Registered:
    """A component and the distribution that offers it."""

    component: Component
    plugin: str
    distribution: str
    version: str


@dataclass(frozen=True)
class PluginFailure:
    """A plugin that could not be used, and why."""

    plugin: str
    distribution: str
    version: str
    error: str
    traceback: str


@dataclass
class Registry:
    """The components by kind and name, and the plugins that failed."""

    components: dict[tuple[str, str], Registered] = field(default_factory=dict)
    failures: list[PluginFailure] = field(default_factory=list)

    def names(self, kind: str) -> list[str]:
        """Return the names of a kind, sorted."""
        return sorted(name for k, name in self.components if k == kind)

    def all(self, kind: str | None = None) -> list[Registered]:
        """Return the components of one kind, or of all, sorted by kind and name."""
        return [value for key, value in sorted(self.components.items()) if kind in (None, key[0])]

    def get(self, kind: str, name: str) -> Registered:
        """Return a component; raise :class:`UnknownComponentError` with the allowed and the nearest name."""
        if (kind, name) in self.components:
            return self.components[kind, name]
        names = self.names(kind)
        message = f"unknown {kind} {name!r}{did_you_mean(name, names)}; allowed: {', '.join(names) or 'none'}"
        if self.failures:
            broken = ", ".join(failure.plugin for failure in self.failures)
            message += f"; plugins that failed to load: {broken} (see 'harness plugins list')"
        raise UnknownComponentError(message)

    def add(self, entry: Registered) -> None:
        """Add a component; two plugins that offer the same kind and name are an error."""
        self.add_all([entry])

    def add_all(self, entries: Sequence[Registered]) -> None:
        """Add the components of one plugin: all, or none if one of them is offered already."""
        added: dict[tuple[str, str], Registered] = {}
        for entry in entries:
            key = (entry.component.kind, entry.component.name)
            other = self.components.get(key) or added.get(key)
            if other is not None:
                raise PluginError(_twice(entry, other))
            added[key] = entry
        self.components |= added


def _twice(entry: Registered, other: Registered) -> str:
    what = f"{entry.component.kind} {entry.component.name!r}"
    if entry.plugin == other.plugin:
        return f"plugin {entry.plugin!r} offers {what} twice; rename one of them"
    return (
        f"{what} of plugin {entry.plugin!r} ({entry.distribution}) is already offered"
        f" by plugin {other.plugin!r} ({other.distribution}); rename one of them"
    )


@cache
def load_registry() -> Registry:
    """Discover all plugins once a process."""
    return build_registry(list(importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)))


def build_registry(entry_points: Sequence[importlib.metadata.EntryPoint]) -> Registry:
    """Load the entry points, first-party ones first, call their hooks, and collect components and failures.

    Raises:
        Exception: whatever a plugin raised, if ``HARNESS_STRICT_PLUGINS=1``.
    """
    registry = Registry()
    for point in sorted(entry_points, key=lambda p: (_distribution(p)[0] != "mtl-harness", p.name)):
        distribution, version = _distribution(point)
        try:
            plugin = point.load()
            check_api(plugin, point.name)
            components = components_of(plugin, point.name)
            registry.add_all([Registered(one, point.name, distribution, version) for one in components])
        except (Exception, SystemExit) as error:  # a module may call sys.exit() when it is imported
            if os.environ.get("HARNESS_STRICT_PLUGINS") == "1":
                raise
            text = _why(error, point)
            failure = PluginFailure(point.name, distribution, version, text, traceback.format_exc())
            registry.failures.append(failure)
    return registry


def _why(error: BaseException, point: importlib.metadata.EntryPoint) -> str:
    """Say why a plugin failed; where it wants another API than this one, that is why."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, PluginError):
        return text
    mismatch = api_mismatch(stated_in_source(point.module), point.name)
    return text if mismatch is None else f"PluginError: {mismatch} ({text})"


def _distribution(point: importlib.metadata.EntryPoint) -> tuple[str, str]:
    dist = point.dist
    return (dist.name, dist.version) if dist is not None else ("unknown", "unknown")
