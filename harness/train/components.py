"""From a choice (a name and plain parameters) to a component."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from harness.errors import TrainingError
from harness.plugins import Registry
from harness.records import Component
from harness.train.types import Choice


def component_of(registry: Registry, kind: str, name: str) -> Component:
    """Return the record of a component; raises :class:`UnknownComponentError` where no plugin offers it."""
    return registry.get(kind, name).component


def build(registry: Registry, kind: str, choice: Choice, *args: Any) -> Any:
    """Build a component: ``factory(parameters, *args)``; raises :class:`TrainingError` for parameters that do
    not fit.
    """
    component = component_of(registry, kind, choice.name)
    try:
        parameters = component.parameters(**choice.parameters)
    except ValidationError as error:
        mistakes = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        allowed = ", ".join(component.parameters.model_fields) or "none"
        raise TrainingError(f"{kind} {choice.name!r}: {mistakes}; its parameters are: {allowed}") from error
    return component.build(parameters, *args)
