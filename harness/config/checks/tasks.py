"""Data sets and tasks: do they exist, as far as this can be told without reading audio?"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from harness.config.checks.findings import Findings
from harness.config.checks.parameters import resolved_parameters, validated
from harness.config.datasets import DatasetUse
from harness.config.nodes import Path
from harness.config.study import StudyConfig
from harness.errors import did_you_mean
from harness.plugins import Registered
from harness.records import DatasetContext, DatasetRecord

#: The kinds of a data set's tasks by short name, ``None`` for a kind that is not known yet.
Kinds = dict[str, str | None]


def resolve_datasets(config: StudyConfig, findings: Findings) -> tuple[StudyConfig, dict[str, Kinds | None]]:
    """Return the study with every data set that its tasks need listed, and what is known of their tasks.

    The tasks of a data set are ``None`` where only reading its files can tell.
    """
    entries = [(("datasets", i), use.as_) for i, use in enumerate(config.datasets)]
    findings.once(
        entries, lambda name: f"data set {name!r} is listed twice; give one of them another name with `as`"
    )
    listed = [_listed(use, ("datasets", i), findings) for i, use in enumerate(config.datasets)]
    unlisted = _unlisted(config, findings)
    uses = tuple([*listed, *unlisted])
    known = _known_tasks(config, uses, findings)
    for i, use in enumerate(listed):
        _check_limit(use, known.get(use.as_), ("datasets", i, "limit_per_label", "task"), findings)
    return config.model_copy(update={"datasets": uses}), known


def _check_limit(use: DatasetUse, kinds: Kinds | None, path: Path, findings: Findings) -> None:
    """The task whose labels are limited is one of the data set, and has labels."""
    if use.limit_per_label is None or kinds is None:
        return
    task = use.limit_per_label.task
    if task not in kinds:
        near = did_you_mean(task, kinds)
        findings.add(path, f"unknown task {task!r}{near}; {use.as_!r} has: {', '.join(kinds) or 'none'}")
    elif kinds[task] == "regression":
        findings.add(path, f"found {task!r}, a regression, which has no labels to limit")


def check_tasks(config: StudyConfig, known: Mapping[str, Kinds | None], findings: Findings) -> None:
    """Every task is written as dataset/task, exists in its data set, and is listed once."""
    entries: list[tuple[Path, str]] = [(("tasks", i), task) for i, task in enumerate(config.tasks)]
    findings.once(entries, lambda name: f"task {name!r} is listed twice")
    for path, task in entries:
        dataset, short = split_task(task)
        kinds = known.get(dataset)
        if not dataset or not short:
            findings.add(path, f"found {task!r}, expected dataset/task, such as esc10/sound")
        elif kinds is not None and short not in kinds:
            names = [f"{dataset}/{name}" for name in kinds]
            near = did_you_mean(task, names)
            findings.add(path, f"unknown task {task!r}{near}; allowed: {', '.join(names) or 'none'}")


def task_kinds(config: StudyConfig, known: Mapping[str, Kinds | None]) -> dict[str, str]:
    """Return the kind of every task of the study of which it is known."""
    kinds = {task: (known.get(split_task(task)[0]) or {}).get(split_task(task)[1]) for task in config.tasks}
    return {task: kind for task, kind in kinds.items() if kind is not None}


def split_task(task: str) -> tuple[str, str]:
    """Return data set and short name; both empty where the task is not written as dataset/task."""
    dataset, slash, short = task.partition("/")
    return (dataset, short) if slash and dataset and short else ("", "")


def _listed(use: DatasetUse, path: Path, findings: Findings) -> DatasetUse:
    found = findings.component(
        "dataset", use.use, (*path, "use") if findings.written((*path, "use")) else path
    )
    if found is None:
        return use
    parameters = resolved_parameters(found.component, use.parameters, path, findings)
    return use if parameters is None else use.model_copy(update={"parameters": parameters})


def _unlisted(config: StudyConfig, findings: Findings) -> list[DatasetUse]:
    """Return the registered data sets that tasks name directly, with their default parameters."""
    listed = {use.as_ for use in config.datasets}
    added: dict[str, DatasetUse] = {}
    for i, task in enumerate(config.tasks):
        name, _ = split_task(task)
        if not name or name in listed or name in added:
            continue
        found = findings.registry.components.get(("dataset", name))
        if found is None:
            if findings.intact("datasets"):
                findings.add(("tasks", i), _unknown_dataset(name, sorted(listed), findings))
        elif (use := _with_defaults(name, found, i, findings)) is not None:
            added[name] = use
    return list(added.values())


def _unknown_dataset(name: str, listed: list[str], findings: Findings) -> str:
    offered = findings.registry.names("dataset")
    near = did_you_mean(name, [*listed, *offered])
    return (
        f"unknown data set {name!r}{near}; allowed: those under `datasets` ({', '.join(listed) or 'none'})"
        f" and those that plugins offer ({', '.join(offered) or 'none'})"
    )


def _with_defaults(name: str, found: Registered, index: int, findings: Findings) -> DatasetUse | None:
    fields = found.component.parameters.model_fields
    required = [field.alias or key for key, field in fields.items() if field.is_required()]
    if required:
        message = f"data set {name!r} needs {', '.join(required)}; list it under `datasets`"
        findings.add(("tasks", index), message)
        return None
    parameters = validated(found.component.parameters, {}).model_dump(mode="json", by_alias=True)
    return DatasetUse(use=name, parameters=parameters)


def _known_tasks(
    config: StudyConfig, uses: tuple[DatasetUse, ...], findings: Findings
) -> dict[str, Kinds | None]:
    named: dict[str, set[str]] = {}
    for dataset, short in map(split_task, config.tasks):
        named.setdefault(dataset, set()).add(short)
    for use in uses:
        if use.limit_per_label is not None:
            named.setdefault(use.as_, set()).add(use.limit_per_label.task)
    return {use.as_: tasks_of(use, named.get(use.as_, set()), config, findings) for use in uses}


def tasks_of(use: DatasetUse, named: set[str], config: StudyConfig, findings: Findings) -> Kinds | None:
    """Return the tasks: those that the study file types, those on record, or those the data set tells."""
    found = findings.registry.components.get(("dataset", use.use))
    if found is None or not isinstance(found.component, DatasetRecord):
        return None
    typed = use.parameters.get("tasks")
    if isinstance(typed, Mapping):
        return {str(name): _kind(entry) for name, entry in typed.items()}
    on_record: Kinds = dict.fromkeys(found.component.tasks)
    defaults = all(_is_default(found, key, value) for key, value in use.parameters.items())
    if on_record and (defaults or named <= set(on_record)):
        return on_record
    return _told_tasks(found.component, use, config) if on_record else None


def _is_default(found: Registered, key: str, value: Any) -> bool:
    field = found.component.parameters.model_fields.get(key)
    return (
        field is not None
        and not field.is_required()
        and field.get_default(call_default_factory=True) == value
    )


def _told_tasks(component: DatasetRecord, use: DatasetUse, config: StudyConfig) -> Kinds | None:
    """Ask the data set itself, as other parameters may give other tasks; ``None`` if it cannot be built."""
    with tempfile.TemporaryDirectory() as scratch:
        context = DatasetContext(root=config.data.root, cache_dir=FilePath(scratch))
        try:
            parameters = component.parameters.model_validate(use.parameters)
            return {task.name: task.kind for task in component.build(parameters, context).tasks}
        except Exception:  # whatever keeps it from being built is reported when the study is planned
            return None


def _kind(entry: Any) -> str | None:
    kind = entry.get("kind") if isinstance(entry, Mapping) else entry
    return kind if isinstance(kind, str) else None
