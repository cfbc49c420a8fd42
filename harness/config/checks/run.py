"""All checks, in the order in which they build on each other."""

from __future__ import annotations

from harness.config.checks.components import resolve_components
from harness.config.checks.findings import Findings
from harness.config.checks.groups import check_folds, resolve_groups
from harness.config.checks.measures import check_losses, check_metric
from harness.config.checks.space import resolve_space
from harness.config.checks.tasks import check_tasks, resolve_datasets, task_kinds
from harness.config.checks.unions import check_unions
from harness.config.study import StudyConfig


def checked(config: StudyConfig, findings: Findings) -> StudyConfig:
    """Return the study with parameters and defaults filled in; problems go to ``findings``."""
    config = resolve_components(config, findings)
    config, known = resolve_datasets(config, findings)
    check_unions(config, findings)
    check_tasks(config, known, findings)
    kinds = task_kinds(config, known)
    config = resolve_groups(config, findings)
    check_folds(config, findings)
    check_metric(config, kinds, findings)
    check_losses(config, kinds, findings)
    return resolve_space(config, findings)
