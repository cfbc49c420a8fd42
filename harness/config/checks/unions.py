"""The sources of a union's tasks: do its data sets have them, as far as this can be told without reading audio?"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from harness.config.checks.findings import Findings
from harness.config.checks.tasks import Kinds, tasks_of
from harness.config.datasets import DatasetUse
from harness.config.nodes import Path
from harness.config.study import StudyConfig
from harness.datasets.parameters import Member, UnionParameters, UnionTask, is_source
from harness.errors import did_you_mean


def check_unions(config: StudyConfig, findings: Findings) -> None:
    """Every task that a union names of a data set is one of that data set, and of its kind."""
    for i, use in enumerate(config.datasets):
        found = findings.registry.components.get(("dataset", use.use))
        if found is None or found.component.parameters is not UnionParameters:
            continue
        try:
            parameters = UnionParameters.model_validate(use.parameters)
        except ValidationError:
            continue  # told already
        kinds = {one.as_: _kinds(one, parameters, config, findings) for one in parameters.of}
        for name, task in parameters.tasks.items():
            _check_sources(task, kinds, ("datasets", i, "tasks", name, "from"), findings)


def _kinds(member: Member, union: UnionParameters, config: StudyConfig, findings: Findings) -> Kinds | None:
    sources = [task.from_ or {} for task in union.tasks.values()]
    named = {source[member.as_] for source in sources if member.as_ in source}
    use = DatasetUse.model_validate({**(member.model_extra or {}), "use": member.use, "as": member.as_})
    return tasks_of(use, named, config, findings)


def _check_sources(
    task: UnionTask, kinds: Mapping[str, Kinds | None], path: Path, findings: Findings
) -> None:
    for member, source in (task.from_ or {}).items():
        known = kinds[member]
        if known is None:
            continue
        if source not in known:
            near = did_you_mean(source, known)
            told = f"unknown task {source!r}{near}; {member!r} has: {', '.join(known) or 'none'}"
            findings.add((*path, member), told)
        elif not is_source(known[source], task.kind):
            told = f"{member}/{source} is {known[source]}; it cannot be a source of a {task.kind} task"
            findings.add((*path, member), told)
