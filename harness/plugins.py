"""Discovery of plugins: built-in and third-party alike, through entry points of group ``harness``.

A plugin that fails to import, or whose hooks do not fit, is recorded with its traceback and left out. It stops a
command only when the command names something that no healthy plugin offers. ``HARNESS_STRICT_PLUGINS=1`` raises at once.
"""

from __future__ import annotations

import importlib.metadata
import os
import traceback
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import pluggy

from harness import hookspecs
from harness.errors import PluginError, UnknownComponentError, did_you_mean
from harness.records import Component

ENTRY_POINT_GROUP = "harness"
HOOKS = tuple(name for name in vars(hookspecs) if name.startswith("harness_"))


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
        """Return a component; raise :class:`UnknownComponentError` with the allowed names and the nearest one."""
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
        key = (entry.component.kind, entry.component.name)
        if key in self.components:
            raise PluginError(
                f"{key[0]} {key[1]!r} of {entry.distribution} is already offered by "
                f"{self.components[key].distribution}; rename one of them"
            )
        self.components[key] = entry


@cache
def load_registry() -> Registry:
    """Discover all plugins once a process."""
    return build_registry(list(importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)))


def build_registry(entry_points: list[importlib.metadata.EntryPoint]) -> Registry:
    """Load the entry points, call their hooks, and collect components and failures."""
    registry = Registry()
    for point in sorted(entry_points, key=lambda p: (_distribution(p)[0] != "mtl-harness", p.name)):
        distribution, version = _distribution(point)
        try:
            components = _components(point.load(), point.name)
            for component in components:
                registry.add(Registered(component, point.name, distribution, version))
        except Exception as error:
            if os.environ.get("HARNESS_STRICT_PLUGINS") == "1":
                raise
            text = f"{type(error).__name__}: {error}"
            failure = PluginFailure(point.name, distribution, version, text, traceback.format_exc())
            registry.failures.append(failure)
    return registry


def _distribution(point: importlib.metadata.EntryPoint) -> tuple[str, str]:
    dist = point.dist
    return (dist.name, dist.version) if dist is not None else ("unknown", "unknown")


def _components(plugin: ModuleType, name: str) -> list[Component]:
    """Check the plugin's hooks against the specifications and return what they offer."""
    _refuse_unknown_hooks(plugin, name)
    manager = pluggy.PluginManager("harness")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin, name)
    found: list[Component] = []
    for hook in HOOKS:
        for records in getattr(manager.hook, hook)():
            found.extend(_checked(records, hook))
    return found


def _refuse_unknown_hooks(plugin: ModuleType, name: str) -> None:
    for attribute, value in vars(plugin).items():
        if getattr(value, "harness_impl", None) is not None and attribute not in HOOKS:
            near = did_you_mean(attribute, HOOKS)
            raise PluginError(f"plugin {name!r} implements unknown hook {attribute!r}{near}; allowed: {', '.join(HOOKS)}")


def _checked(records: Any, hook: str) -> list[Component]:
    records = list(records)
    for record in records:
        if not isinstance(record, Component):
            raise PluginError(f"{hook} must return records of harness.api, found {type(record).__name__}")
    return records
