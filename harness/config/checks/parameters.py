"""Parameters of a component, checked by the component's own model, down to the components that they list."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from harness.config.checks.findings import Findings
from harness.config.explain import problems_of
from harness.config.nodes import Path
from harness.errors import did_you_mean
from harness.nesting import own_parameters
from harness.records import CLIP_LENGTHS, Component, Nested, Parameters

#: Stands for a length that is known when the data are: what a feature's other parameters are checked with.
STAND_IN_S = 1.0


def resolved_parameters(
    component: Component, given: dict[str, Any], path: Path, findings: Findings
) -> dict[str, Any] | None:
    """Return all parameters as plain values, defaults filled in; ``None`` where they do not fit."""
    length = _length(component, given, path, findings)
    given = {**given, "clip_s": STAND_IN_S} if length else given
    try:
        checked = validated(component.parameters, given, findings.context)
    except ValidationError as error:
        findings.problems += problems_of(error, component.parameters, findings.tree, path)
        return None
    parameters = checked.model_dump(mode="json", by_alias=True)
    for field, nested in component.parameters.nested.items():
        parameters[field] = [
            _listed(nested, entry, parameters, (*path, field, i), findings)
            for i, entry in enumerate(parameters[field])
        ]
    return {**parameters, "clip_s": length} if length else parameters


def validated(
    model: type[Parameters], given: dict[str, Any], context: dict[str, Any] | None = None
) -> Parameters:
    """Validate as a file is read: lists may become tuples, but text is no number and true is no 1.

    ``context`` is what validators find in ``info.context``: the study's ``tasks``.
    """
    return model.model_validate_json(json.dumps(given), strict=True, context=context)


def _length(component: Component, given: dict[str, Any], path: Path, findings: Findings) -> str | None:
    """Return the length that a feature's ``clip_s`` names: min, median, max; ``None`` where it names none."""
    named = given.get("clip_s") if component.kind == "feature" else None
    if not isinstance(named, str):
        return None
    if named in CLIP_LENGTHS:
        return named
    near = did_you_mean(named, CLIP_LENGTHS)
    if not near:
        return None
    allowed = ", ".join(CLIP_LENGTHS)
    findings.add(
        (*path, "clip_s"), f'found "{named}", expected a number of seconds or one of: {allowed}{near}'
    )
    return CLIP_LENGTHS[0]


def _listed(
    nested: Nested, entry: dict[str, Any], outer: dict[str, Any], path: Path, findings: Findings
) -> dict[str, Any]:
    """Return a listed component with its defaults filled in, but for what it takes from the one that lists it."""
    place = (*path, nested.key)
    found = findings.component(nested.kind, entry[nested.key], place if findings.written(place) else path)
    if found is None:
        return entry
    own = own_parameters(entry, nested)
    for key in nested.inherits:
        if key in own:
            findings.add((*path, key), "is given once, for all of them together; leave it out here", key=True)
    inherited = {key: outer[key] for key in nested.inherits}
    parameters = resolved_parameters(found.component, {**own, **inherited}, path, findings)
    if parameters is None:
        return entry
    kept = {key: value for key, value in parameters.items() if key not in nested.inherits}
    return {key: entry[key] for key in (nested.key, "as") if key in entry} | kept
