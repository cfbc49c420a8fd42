"""Ledgers made without data: fake cells whose trainings are answered at once, in a study's directory."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.schedule.directory import open_study
from harness.schedule.ledger import Ledger
from harness.schedule.pursuit import Pursuit
from harness.schedule.scheduler import Scheduler
from tests.schedule.fakes import FakeCell, FakeExecutor, FakeFactory, Silent, objective

CONFIG: dict[str, Any] = {
    "study": "made",
    "seed": 0,
    "tasks": ["d/a", "d/b"],
    "features": [{"as": "mel", "n_mels": 40}],
    "groups": {"sizes": [1, 2], "include": [], "exclude": [], "capacity_matched": False},
    "placebo": {"shuffled_partner": "per_main"},
    "tuning": {"trials": 4, "batch": 2},
    "training": {"epochs": 3, "keep": "none"},
    "evaluation": {"seeds": 2, "folds": 1},
    "compute": {"workers": 1},
    "analysis": {"rope": 0.01},
}


class DataFactory(FakeFactory):
    """Units as real ones: with data and plugins."""

    def unit(self, cell: Any, fold: int, params: dict[str, Any], seed: int, **kept: Any) -> dict[str, Any]:
        unit = super().unit(cell, fold, params, seed, **kept)
        data = {"tasks": [cell.id], "fingerprints": {f"d/{cell.id}": "f0"}, "bank_keys": {"d": "k"}}
        places = {"banks": {"d": "/elsewhere/banks/k"}, "catalogs": {"d": "/elsewhere/catalogs/c"}}
        return {**unit, "data": data | places, "plugins": {"mtl-harness": "1"}}


def pursuit(ledger: Ledger, cell: str, fold: int = 0, trials: int = 4) -> Pursuit:
    """Return the search and the final runs of a fake cell."""
    return Pursuit(FakeCell(cell), fold, (fold,), DataFactory(trials), ledger, 2)


def run(
    directory: Path,
    cells: str = "ab",
    *,
    stop_after: int | None = None,
    answer: Callable[[dict[str, Any]], float | Exception | None] = objective,
    config: dict[str, Any] | None = None,
    trials: int = 4,
) -> FakeExecutor:
    """Run fake cells in a study's directory, or go on; return what was trained."""
    executor = FakeExecutor(answer)
    stopping = lambda: stop_after is not None and len(executor.done) >= stop_after  # noqa: E731
    with open_study("made", directory) as ledger:
        ledger.set_meta("config_json", json.dumps(config or CONFIG))
        ledger.reset_running()
        ledger.begin_command(1)
        coming = [pursuit(ledger, cell, trials=trials) for cell in cells]
        Scheduler(iter(coming), ledger, executor, Silent(), stopping, lambda key: None).run()
    return executor


def rows(directory: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query of a study's ledger."""
    ledger = Ledger(directory / "ledger.sqlite", read_only=True)
    try:
        return [tuple(row) for row in ledger.query(sql)]
    finally:
        ledger.close()


def files(directory: Path) -> dict[str, tuple[bytes, int]]:
    """Return the content and the time of every file in a directory."""
    found = [path for path in directory.rglob("*") if path.is_file()]
    return {str(path.relative_to(directory)): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}
