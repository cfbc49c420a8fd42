"""Metrics and losses: do they exist, and do they fit the kinds of the tasks?"""

from __future__ import annotations

from collections.abc import Mapping

from harness.config.checks.findings import Findings
from harness.config.nodes import Path
from harness.config.study import StudyConfig
from harness.errors import did_you_mean
from harness.records import LossRecord, MetricRecord


def check_metric(config: StudyConfig, kinds: Mapping[str, str], findings: Findings) -> None:
    """``evaluation.metric`` is ``auto`` or a metric for the kind of every task; so is a task's own metric."""
    if config.evaluation.metric != "auto":
        _check(findings, ("evaluation", "metric"), "metric", config.evaluation.metric, kinds)
    for path, key, name, task in _own(config):
        _check(findings, path, key, name, {t: k for t, k in kinds.items() if t == task})


def check_losses(config: StudyConfig, kinds: Mapping[str, str], findings: Findings) -> None:
    """``training.losses`` names tasks of the study and losses for their kinds."""
    for task, name in config.training.losses.items():
        path: Path = ("training", "losses", task)
        if task not in config.tasks and findings.intact("tasks"):
            near = did_you_mean(task, config.tasks)
            findings.add(path, f"found {task!r}{near}, which is not in tasks", key=True)
        _check(findings, path, "loss", name, {t: k for t, k in kinds.items() if t == task})


def _own(config: StudyConfig) -> list[tuple[Path, str, str, str]]:
    """Return path, kind, name and task of each metric or loss that ``tasks`` under ``datasets`` names."""
    return [
        (("datasets", i, "tasks", task, key), key, entry[key], f"{use.as_}/{task}")
        for i, use in enumerate(config.datasets)
        if isinstance(use.parameters.get("tasks"), Mapping)
        for task, entry in use.parameters["tasks"].items()
        if isinstance(entry, Mapping)
        for key in ("metric", "loss")
        if isinstance(entry.get(key), str)
    ]


def _check(findings: Findings, path: Path, kind: str, name: str, kinds: Mapping[str, str]) -> None:
    also_auto = "; or auto: each task's own primary metric" if path[0] == "evaluation" else ""
    before = len(findings.problems)
    found = findings.component(kind, name, path)
    if found is None:
        last = findings.problems[before]
        findings.problems[before] = type(last)(last.place, last.message + also_auto)
        return
    record = found.component
    assert isinstance(record, (MetricRecord, LossRecord))
    for task, task_kind in kinds.items():
        if task_kind not in record.task_kinds:
            allowed = _fitting(findings, kind, task_kind)
            findings.add(
                path,
                f"{kind} {name!r} is for {', '.join(record.task_kinds)}; task {task} is {task_kind}"
                f"; allowed for it: {', '.join(allowed) or 'none'}{also_auto}",
            )


def _fitting(findings: Findings, kind: str, task_kind: str) -> list[str]:
    records = [entry.component for entry in findings.registry.all(kind)]
    return [
        r.name for r in records if isinstance(r, (MetricRecord, LossRecord)) and task_kind in r.task_kinds
    ]
