"""A real study on tiny data, run in two halves: merged, it has the tables of the whole one."""

import json
import os
import shutil
import time
from pathlib import Path

import pandas as pd
import pytest

from harness.cli.main import main
from harness.ledgers.cache_space import BANKS, CATALOGS, cache_entries, free_entry, in_use
from harness.ledgers.merge import merge_studies
from harness.plugins import load_registry
from harness.schedule.answers import write_results
from harness.schedule.cells import enumerate_cells
from harness.schedule.ledger import Ledger
from harness.schedule.provenance import study_id
from harness.schedule.pursuit import pursuits
from harness.schedule.scheduler import Scheduler
from harness.schedule.status import study_status
from harness.schedule.tables import TableBuilder
from tests.endtoend.corpus import same_tables, write_study
from tests.probes.small import Silent, bench

CHANGES = (
    "tuning.trials=1",
    "training.epochs=2",
    "training.keep=final",
    "evaluation.seeds=1",
    "placebo.shuffled_partner=none",
)
TABLES = ("tasks", "clips", "cells", "trials", "runs", "scores", "curves", "predictions", "gains")


def train(place: Path, out: Path, which: slice, stop_after: int = 99, *, tables: bool = False) -> int:
    """Train some cells of the study in ``out``; return how many trainings were done."""
    with bench(write_study(place, ("pitch", "loud")), out, changes=CHANGES) as study:
        config = study.factory.config
        study.ledger.set_meta("config_json", json.dumps(config.to_resolved_dict()))
        study.ledger.set_meta("started_at_utc", "2026-01-01T00:00:00+00:00")
        cells = enumerate_cells(config)
        n_folds = {cell.id: study.factory.prepared.n_folds(cell.tasks) for cell in cells}
        coming = pursuits(cells[which], study.factory, study.ledger, n_folds, scope="nested", seeds=1)
        stopping = lambda: len(study.executor.done) >= stop_after  # noqa: E731
        Scheduler(coming, study.ledger, study.executor, Silent(), stopping, lambda key: None).run()
        if tables:
            identity = study_id(config.study, config.to_resolved_dict())
            builder = TableBuilder(study.factory.prepared, study.factory, cells, study.ledger, identity)
            names = ("harness_version", "versions", "git_commit", "git_dirty", "started_at_utc")
            known = {**dict.fromkeys((*names, "finished_at_utc")), "name": config.study}
            known["config_json"] = study.ledger.meta("config_json")
            write_results(builder, out, known, config, load_registry())
        return len(study.executor.done)


def command(*argv: object) -> int:
    """Run ``harness study merge``."""
    return main(["study", "merge", *map(str, argv)])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("merged")
    assert train(folder, folder / "whole", slice(None), tables=True) == 6
    assert train(folder, folder / "left", slice(0, 1)) == 2
    assert train(folder, folder / "right", slice(1, None), stop_after=3) == 3
    return folder


def test_the_rest_is_trained_and_the_tables_are_those_of_the_whole(place):
    out = place / "resumed"
    found = merge_studies([place / "left", place / "right"], out)
    assert (found.trainings, found.taken) == ({"done": 5, "pending": 1}, [2, 4])
    assert train(place, out, slice(None), tables=True) == 1
    same_tables(place / "whole", out, TABLES)


def test_a_complete_one_has_the_tables_of_the_whole_at_once(place, capsys):
    out = place / "at_once"
    shutil.copytree(place / "right", place / "rest")
    assert train(place, place / "rest", slice(1, None)) == 1
    assert command(place / "left", place / "rest", "--out", out) == 0
    told = capsys.readouterr().out.replace("\n", "")
    for words in (f"2 trainings from {place / 'left'}", "copied: 6 networks", "3 of 3 cells"):
        assert words in told
    same_tables(place / "whole", out, TABLES)
    row = pd.read_parquet(out / "tables" / "study.parquet").iloc[0]
    assert row["complete"]
    assert pd.notna(row["finished_at_utc"])
    assert "3 of 3 cells" in (out / "report.html").read_text()
    runs = pd.read_parquet(out / "tables" / "runs.parquet")
    assert {path.name for path in (out / "networks").iterdir()} == set(runs["config_hash"])
    status = study_status(out)
    assert (status["cells_done"], status["trials_done"], status["runs_done"]) == (3, 6, 6)
    assert train(place, out, slice(None)) == 0


def test_the_command_answers_scripts(place, capsys):
    argv = (place / "left", place / "right", "--out", place / "json", "--no-tables", "--json")
    assert command(*argv) == 0
    assert json.loads(capsys.readouterr().out)["networks"] == 5
    assert not (place / "json" / "tables").exists()
    assert command(*argv) == 6


def test_without_the_data_the_merged_ledger_stays_and_it_is_said(place, capsys, tmp_path):
    for name in ("left", "right"):
        shutil.copytree(place / name, tmp_path / name)
        ledger = Ledger(tmp_path / name / "ledger.sqlite")
        config = json.loads(ledger.meta("config_json") or "")
        config["datasets"][0]["path"] = str(tmp_path / "nowhere")
        ledger.set_meta("config_json", json.dumps(config))
        ledger.close()
    assert command(tmp_path / "left", tmp_path / "right", "--out", tmp_path / "out") == 3
    said = capsys.readouterr().err
    assert "nowhere" in said
    assert f"{tmp_path / 'out'} is merged; its tables are not written" in said
    assert (tmp_path / "out" / "ledger.sqlite").is_file()


def test_a_prepared_study_keeps_its_cache_from_being_freed(place):
    """As long as it lives; a study that begins says that it uses what it found."""
    old = time.time() - 90 * 86400
    entries = [entry for entry in cache_entries(place / "cache") if entry.part in (BANKS, CATALOGS)]
    assert len(entries) == 2
    for entry in entries:
        os.utime(entry.path, (old, old))
    with bench(write_study(place, ("pitch", "loud")), place / "left", changes=CHANGES) as study:
        assert all(in_use(entry) for entry in entries)
        assert all(entry.path.stat().st_mtime > old + 86400 for entry in entries)
        assert not free_entry(entries[0])
        study.factory.prepared.in_use.close()
        assert not any(in_use(entry) for entry in entries)
