"""``harness data check``: every clip of a data set is read, and what could spoil a study is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.corpora.check_audio import audio_findings
from harness.corpora.check_labels import label_counts, task_findings
from harness.corpora.check_leaks import leak_findings
from harness.corpora.finding import Finding, error
from harness.corpora.scan import Scan, dataset_of, scan
from harness.corpora.target import ALL
from harness.data.catalog import Progress, no_progress
from harness.errors import DataError

if TYPE_CHECKING:
    from harness.config import DatasetUse, StudyConfig
    from harness.plugins import Registry
    from harness.records import Task


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A data set, what was found, and the label counts of its tasks; ``facts`` are its size and shape."""

    name: str
    use: str
    facts: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    labels: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        findings = [finding.to_json() for finding in self.findings]
        return {"name": self.name, "use": self.use, **self.facts, "findings": findings, "labels": self.labels}

    def count(self, level: str) -> int:
        """Return how many findings are of a level."""
        return sum(finding.level == level for finding in self.findings)


def check_study(
    config: StudyConfig, registry: Registry, progress: Progress = no_progress
) -> Iterator[Checked]:
    """Check every data set of a study, one after the other."""
    for name, use in config.dataset_uses().items():
        yield check_dataset(name, use, config, registry, progress)


def check_dataset(
    name: str, use: DatasetUse, config: StudyConfig, registry: Registry, progress: Progress = no_progress
) -> Checked:
    """Check one data set; what keeps it from being read at all is an error among the findings."""
    options = config.data.options
    try:
        found = scan(
            name,
            dataset_of(name, use, config, registry),
            silence_db=options.silence_db,
            workers=_workers(config),
            progress=progress,
        )
        tasks = asked_tasks(name, found, config)
    except DataError as problem:
        return Checked(name=name, use=use.use, findings=(_unreadable(problem),))
    findings = [
        *audio_findings(found, max_quarantine=options.max_quarantine, rates=_rates(config)),
        *leak_findings(found.catalog),
        *(one for task in tasks for one in _of_task(found, task, use, config)),
    ]
    labels = {task.name: label_counts(found.catalog, task) for task in tasks}
    return Checked(name=name, use=use.use, facts=_facts(found), findings=tuple(findings), labels=labels)


def asked_tasks(name: str, found: Scan, config: StudyConfig) -> list[Task]:
    """Return the tasks that the study names of a data set, or all.

    Raises:
        DataError: it has no such task.
    """
    known = found.catalog.tasks
    asked = [task.split("/", 1)[1] for task in config.tasks if task.split("/", 1)[0] == name]
    if asked == [ALL] and ALL not in known:
        return list(known.values())
    for task in asked:
        if task not in known:
            raise DataError(f"data set {name!r} has no task {task!r}; it has: {', '.join(known)}")
    return [known[task] for task in asked]


def _of_task(found: Scan, task: Task, use: DatasetUse, config: StudyConfig) -> Iterator[Finding]:
    evaluation = config.evaluation
    return task_findings(
        found.catalog,
        task,
        scheme=use.splits,
        folds=evaluation.folds,
        seed=config.seed,
        validation=evaluation.validation,
    )


def _unreadable(problem: DataError) -> Finding:
    return error("reading", str(problem), "a study stops here; see what the message names")


def _facts(found: Scan) -> dict[str, Any]:
    frame, facts = found.catalog.frame, found.facts
    durations = facts["duration_s"]
    empty = not len(facts)
    return {
        "licence": found.catalog.licence,
        "citation": found.catalog.citation,
        "clips": len(found.listing.rows),
        "usable_clips": len(frame),
        "groups": int(frame["group"].nunique()),
        "min_duration_s": None if empty else float(durations.min()),
        "median_duration_s": None if empty else float(durations.median()),
        "max_duration_s": None if empty else float(durations.max()),
        "total_duration_s": float(durations.sum()),
        "sample_rates_hz": {str(rate): int(n) for rate, n in facts["sample_rate"].value_counts().items()},
        "channels": {str(n): int(count) for n, count in facts["channels"].value_counts().items()},
    }


def _rates(config: StudyConfig) -> list[int]:
    """Return the sample rates that features ask for; a data set looked at by itself is asked nothing."""
    if config.tasks[0].endswith(f"/{ALL}"):
        return []
    rates = (feature.parameters.get("sample_rate") for feature in config.features)
    return [rate for rate in rates if isinstance(rate, int)]


def _workers(config: StudyConfig) -> int:
    asked = config.compute.workers
    return asked if isinstance(asked, int) else len(os.sched_getaffinity(0))
