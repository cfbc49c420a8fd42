"""Task groups and folds."""

from __future__ import annotations

from harness.config.checks.findings import Findings
from harness.config.checks.tasks import split_task
from harness.config.nodes import Path
from harness.config.study import StudyConfig
from harness.errors import did_you_mean


def resolve_groups(config: StudyConfig, findings: Findings) -> StudyConfig:
    """Check sizes, include and exclude; default sizes are cut to the number of tasks."""
    if not findings.written(("groups", "sizes")):
        sizes = tuple(size for size in config.groups.sizes if size <= max(1, len(config.tasks)))
        config = config.model_copy(update={"groups": config.groups.model_copy(update={"sizes": sizes})})
    else:
        _check_sizes(config, findings)
    for key in ("include", "exclude"):
        for i, group in enumerate(getattr(config.groups, key)):
            _check_group(group, ("groups", key, i), config, findings)
    _check_group(config.groups.auxiliary, ("groups", "auxiliary"), config, findings)
    _check_contradictions(config, findings)
    return config


def check_folds(config: StudyConfig, findings: Findings) -> None:
    """Generated splits need at least two folds; a data set's own need not."""
    needed = {split_task(task)[0] for task in config.tasks}
    generated = [use.as_ for use in config.datasets if use.as_ in needed and use.splits == "generated"]
    if generated and config.evaluation.folds < 2:
        findings.add(
            ("evaluation", "folds"),
            f"found {config.evaluation.folds}, expected at least 2"
            f" for generated splits ({', '.join(generated)})",
        )


def _check_sizes(config: StudyConfig, findings: Findings) -> None:
    entries: list[tuple[Path, str]] = [
        (("groups", "sizes", i), str(s)) for i, s in enumerate(config.groups.sizes)
    ]
    findings.once(entries, lambda size: f"size {size} is listed twice")
    for i, size in enumerate(config.groups.sizes):
        if size > len(config.tasks) and findings.intact("tasks"):
            findings.add(
                ("groups", "sizes", i),
                f"found {size}, expected at most {len(config.tasks)}, the number of tasks",
            )


def _check_group(group: tuple[str, ...], path: Path, config: StudyConfig, findings: Findings) -> None:
    entries: list[tuple[Path, str]] = [((*path, i), task) for i, task in enumerate(group)]
    findings.once(entries, lambda task: f"task {task!r} is in this group twice")
    for place, task in entries:
        if task not in config.tasks and findings.intact("tasks"):
            near = did_you_mean(task, config.tasks)
            findings.add(
                place, f"found {task!r}{near}, which is not in tasks; allowed: {', '.join(config.tasks)}"
            )


def _check_contradictions(config: StudyConfig, findings: Findings) -> None:
    groups = config.groups
    for key in ("include", "exclude"):
        entries: list[tuple[Path, str]] = [
            (("groups", key, i), " + ".join(sorted(group))) for i, group in enumerate(getattr(groups, key))
        ]
        findings.once(entries, lambda group: f"group {group} is listed twice")
    excluded = {frozenset(group) for group in groups.exclude}
    for i, group in enumerate(groups.include):
        if frozenset(group) in excluded:
            findings.add(
                ("groups", "include", i),
                f"group {' + '.join(group)} is excluded as well; keep one of the two",
            )
