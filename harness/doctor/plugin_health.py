"""Plugins that do not load, and what plugins themselves say of their libraries."""

from __future__ import annotations

from collections.abc import Iterator

from harness.doctor.finding import Finding, ok, problem
from harness.plugins import Registry


def check_plugins(registry: Registry) -> Iterator[Finding]:
    """Yield every plugin that failed, or one line for all that did not."""
    for failure in registry.failures:
        yield problem(
            f"plugin {failure.plugin}",
            f"{failure.distribution} {failure.version} does not load: {failure.error}",
            f"see 'harness plugins list' for the traceback; reinstall {failure.distribution}, or remove it",
        )
    plugins = {entry.plugin for entry in registry.components.values()}
    yield ok("plugins", f"{len(plugins)} with {len(registry.components)} components")


def check_components(registry: Registry) -> Iterator[Finding]:
    """Yield what the checks that plugins offer (hook ``harness_checks``) found; one that raises is a problem."""
    for entry in registry.all("check"):
        name = entry.component.name
        try:
            yield entry.component.build(entry.component.parameters())
        except Exception as error:
            yield problem(
                name, f"the check of plugin {entry.plugin} failed: {type(error).__name__}: {error}",
                f"tell the authors of {entry.distribution}",
            )  # fmt: skip
