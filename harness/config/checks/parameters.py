"""Parameters of a component, checked by the component's own model."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from harness.config.checks.findings import Findings
from harness.config.explain import problems_of
from harness.config.nodes import Path
from harness.records import Component, Parameters


def resolved_parameters(
    component: Component, given: dict[str, Any], path: Path, findings: Findings
) -> dict[str, Any] | None:
    """Return all parameters as plain values, defaults filled in; ``None`` where they do not fit."""
    try:
        checked = validated(component.parameters, given, findings.context)
    except ValidationError as error:
        findings.problems += problems_of(error, component.parameters, findings.tree, path)
        return None
    return checked.model_dump(mode="json", by_alias=True)


def validated(
    model: type[Parameters], given: dict[str, Any], context: dict[str, Any] | None = None
) -> Parameters:
    """Validate as a file is read: lists may become tuples, but text is no number and true is no 1.

    ``context`` is what validators find in ``info.context``: the study's ``tasks``.
    """
    return model.model_validate_json(json.dumps(given), strict=True, context=context)
