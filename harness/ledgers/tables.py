"""The tables and the report of a merged study, by the code that ``study run`` writes them with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from harness.config import StudyConfig
from harness.errors import StudyDirectoryError
from harness.ledgers.watched import note_plan
from harness.plugins import load_registry
from harness.schedule.answers import quiet, write_results
from harness.schedule.cells import Cell, count_trainings, enumerate_cells
from harness.schedule.directory import open_study
from harness.schedule.ledger import Ledger
from harness.schedule.prepare import Prepared, Progress, prepare
from harness.schedule.probe_phase import progress as probes_done
from harness.schedule.probe_plan import ProbePlan
from harness.schedule.provenance import harness_version, study_id, versions
from harness.schedule.tables import TableBuilder
from harness.schedule.units import UnitFactory

if TYPE_CHECKING:
    from harness.results.loader import Study


def write_tables_of(
    directory: Path, study: str, sources: Sequence[Path], *, data_root: Path | None, say: Progress
) -> Study:
    """Write the tables and the report of a study whose ledger is there, and return it. Its data are prepared for that,
    as for a run; nothing is trained.

    Raises:
        HarnessError: the data, a plugin or the directory cannot be used.
    """
    from harness.report.html import write_report
    from harness.results.loader import load_study

    registry = load_registry()
    with open_study(study, directory) as ledger:
        config = _config(ledger, directory, data_root)
        prepared = prepare(config, registry, say)
        cells = enumerate_cells(prepared.config)
        factory = UnitFactory(prepared)
        _count(ledger, cells, prepared)
        complete = note_plan(ledger, cells, factory) and _probed(ledger, factory)
        finished = _last(ledger) if complete else None
        if finished is not None:
            ledger.set_meta("finished_at_utc", finished.isoformat())
        builder = TableBuilder(prepared, factory, cells, ledger, study_id(study, config.to_resolved_dict()))
        write_results(builder, directory, _provenance(ledger, study, sources, finished), config, registry)
        prepared.in_use.close()
    with quiet():
        write_report(directory)
        return load_study(directory)


def _config(ledger: Ledger, directory: Path, data_root: Path | None) -> StudyConfig:
    text = ledger.meta("config_json")
    if text is None:
        raise StudyDirectoryError(f"{directory}: its ledger does not say which study it is of")
    config = StudyConfig.model_validate_json(text)
    if data_root is None:
        return config
    return config.model_copy(update={"data": config.data.model_copy(update={"root": data_root.absolute()})})


def _count(ledger: Ledger, cells: list[Cell], prepared: Prepared) -> None:
    n_folds = {cell.id: prepared.n_folds(cell.tasks) for cell in cells}
    ledger.set_meta("n_trainings", str(count_trainings(cells, n_folds, prepared.config)))
    ledger.set_meta("n_cells", str(len(cells)))


def _probed(ledger: Ledger, factory: UnitFactory) -> bool:
    if not factory.wanted_probes:
        return True
    done, total = probes_done(ProbePlan(factory, ledger), ledger)
    return done == total


def _last(ledger: Ledger) -> datetime | None:
    at = ledger.query("SELECT max(finished_at) AS at FROM trainings")[0]["at"]
    return None if at is None else datetime.fromtimestamp(at, UTC)


def _provenance(
    ledger: Ledger, study: str, sources: Sequence[Path], finished: datetime | None
) -> dict[str, Any]:
    started = ledger.meta("started_at_utc")
    return {
        "name": study,
        "harness_version": harness_version(),
        "versions": versions(),
        **_commit(sources),
        "started_at_utc": datetime.fromisoformat(started) if started else None,
        "finished_at_utc": finished,
        "config_json": ledger.meta("config_json"),
    }


def _commit(sources: Sequence[Path]) -> dict[str, Any]:
    """Return the commit that all places ran, where they say the same; else nulls."""
    found = []
    for source in sources:
        path = source / "tables" / "study.parquet"
        row = pd.read_parquet(path, columns=["git_commit", "git_dirty"]).iloc[0] if path.is_file() else None
        found.append(
            None if row is None or pd.isna(row["git_commit"]) else (row["git_commit"], row["git_dirty"])
        )
    known = found[0] if len(set(found)) == 1 else None
    commit, dirty = known if known is not None else (None, None)
    return {"git_commit": commit, "git_dirty": None if dirty is None or pd.isna(dirty) else bool(dirty)}
