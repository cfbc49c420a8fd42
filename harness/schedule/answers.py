"""From a finished or interrupted ledger to everything that is written: tables, analysis, and the loader's view."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.bases.predictor import Predictor
from harness.plugins import Registry
from harness.schedule.tables import TableBuilder

if TYPE_CHECKING:
    from harness.config import StudyConfig
    from harness.results.loader import Study


def write_results(
    builder: TableBuilder,
    directory: Path,
    provenance: dict[str, Any],
    config: StudyConfig,
    registry: Registry,
) -> int:
    """Write every table, the analysis included; return how many trainings failed."""
    from harness.analysis.analyse import analyse
    from harness.results.writers import write_tables

    tables = builder.build(provenance)
    failed = sum(row["kind"] == "training" for row in builder.failures())
    write_tables(directory, tables)
    frames = dict(load_quietly(directory).tables)
    answers = analyse(
        frames,
        study_id=builder.key["study_id"],
        rope=config.analysis.rope,
        confidence=config.analysis.confidence,
        predictors=[_predictor(name, registry) for name in config.analysis.predictors],
        seed=config.seed,
        correction=config.analysis.correction,
        metrics=config.analysis.delta_m,
    )
    write_tables(directory, answers)
    return failed


def load_quietly(directory: Path) -> Study:
    """Load a study without the warning that it is incomplete."""
    from harness.results.loader import load_study

    with quiet():
        return load_study(directory)


@contextmanager
def quiet() -> Iterator[None]:
    """Leave out the loader's warning: the summary and the report say themselves that a study is incomplete."""
    from harness.results.loader import IncompleteStudyWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteStudyWarning)
        yield


def _predictor(name: str, registry: Registry) -> tuple[str, Predictor]:
    record = registry.get("predictor", name).component
    return name, record.build(record.parameters())
