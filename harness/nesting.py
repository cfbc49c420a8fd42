"""Components that other components are made of: the parts of a feature, the data sets of a data set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from harness.errors import HarnessError
from harness.plugins import Registered, Registry, load_registry
from harness.records import Nested, Parameters


def nested_entries(
    entry: Registered, parameters: Mapping[str, Any] | Parameters, registry: Registry | None = None
) -> list[Registered]:
    """Return the components that a component's parameters list, and those that these list, in order.

    ``registry`` holds the components there are (default: all installed plugins).
    """
    model = entry.component.parameters
    if not model.nested:
        return []
    values = (
        parameters.model_dump(mode="json", by_alias=True)
        if isinstance(parameters, Parameters)
        else parameters
    )
    registry = load_registry() if registry is None else registry
    found: list[Registered] = []
    for field, nested in model.nested.items():
        for listed in values[field]:
            inner = registry.get(nested.kind, named(listed, nested.key))
            found += [inner, *nested_entries(inner, own_parameters(listed, nested), registry)]
    return found


def versions_of(entries: list[Registered]) -> list[list[str]]:
    """Return name, distribution and version of components, as keys hold them."""
    return [[entry.component.name, entry.distribution, entry.version] for entry in entries]


def named(listed: Mapping[str, Any] | str, key: str) -> str:
    """Return the name of a listed component, which may be given alone."""
    return listed if isinstance(listed, str) else str(listed[key])


def own_parameters(listed: Mapping[str, Any] | str, nested: Nested) -> dict[str, Any]:
    """Return a listed component's own parameters."""
    if isinstance(listed, str):
        return {}
    return {key: value for key, value in listed.items() if key not in (nested.key, "as")}


def checked_by_own_model(entry: Registered, parameters: Mapping[str, Any], where: str) -> Parameters:
    """Return a nested component's parameters, checked by its own model.

    Raises:
        HarnessError: they do not fit; the message begins with ``where``.
    """
    try:
        return entry.component.parameters.model_validate(parameters)
    except ValidationError as error:
        mistakes = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or entry.component.name}: {one['msg']}"
            for one in error.errors(include_url=False)
        )
        raise HarnessError(f"{where}: {mistakes}") from error
