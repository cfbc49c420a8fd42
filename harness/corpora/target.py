"""What a command is pointed at: a study file, or a data set with its parameters on the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from harness.config.checks.findings import Findings
from harness.config.checks.parameters import resolved_parameters
from harness.config.datasets import DatasetUse
from harness.config.explain import problems_of
from harness.config.load import load_study_file, located, refusal
from harness.config.nodes import Node, Place, Problem
from harness.config.overrides import overridden
from harness.config.study import StudyConfig
from harness.errors import StudyFileError, did_you_mean
from harness.plugins import Registry

#: Stands for the tasks of a data set that is looked at by itself: whatever it has.
ALL = "all"
_ENTRY = ("datasets", 0)


def study_of(
    target: str,
    *,
    params: Sequence[str],
    overrides: Sequence[str],
    data_root: Path | None,
    registry: Registry,
) -> StudyConfig:
    """Return the study that a target means: a study file's, or one of a data set alone, whose tasks are ``ALL``.

    Raises:
        StudyFileError: what is wrong in the file, in ``--set`` or in ``--param``; neither a file nor a data set;
            parameters for a study file, overrides for a data set.
    """
    if registry.components.get(("dataset", target)) is not None:
        if overrides:
            raise StudyFileError(f"--set is for study files; a data set such as {target} is given --param")
        return _alone(target, params, data_root, registry)
    if not Path(target).is_file():
        near = did_you_mean(target, registry.names("dataset"))
        known = ", ".join(registry.names("dataset"))
        raise StudyFileError(f"{target!r} is neither a study file nor a data set{near}; data sets: {known}")
    if params:
        raise StudyFileError(f"--param is for a data set; a study file such as {target} is given --set")
    return load_study_file(target, overrides, data_root=data_root, registry=registry)


def _alone(name: str, params: Sequence[str], data_root: Path | None, registry: Registry) -> StudyConfig:
    """Check parameters as those of an entry under ``datasets`` are checked, and say the same of mistakes."""
    here = Place(name)
    entry, problems = overridden(Node({"use": Node(name, here)}, here), params)
    tree = Node({"datasets": Node((entry,), here)}, here)
    findings = Findings(tree, registry, problems=problems)
    try:
        use = DatasetUse.model_validate_json(json.dumps(entry.plain()))
    except ValidationError as error:
        raise refusal(_of_params([*problems, *problems_of(error, DatasetUse, tree, _ENTRY)])) from error
    component = registry.get("dataset", use.use).component
    parameters = resolved_parameters(component, use.parameters, _ENTRY, findings)
    if findings.problems or parameters is None:
        raise refusal(_of_params(findings.problems))
    use = use.model_copy(update={"parameters": parameters})
    config = StudyConfig(study=name, tasks=(f"{use.as_}/{ALL}",), datasets=(use,))
    return located(config, Path.cwd() / name, data_root)


def _of_params(problems: Sequence[Problem]) -> list[Problem]:
    """Say what was given: ``--param``, and keys as they were written there."""
    return [
        Problem(
            Place(
                problem.place.source.replace("--set ", "--param ", 1),
                problem.place.line,
                problem.place.column,
            ),
            problem.message.removeprefix("datasets.0: ").replace("datasets.0.", "", 1),
        )
        for problem in problems
    ]
