"""``harness predict``: a study's directory, its answers and its mistakes."""

import json

import pandas as pd
import pytest

from harness.results.writers import write_tables
from tests.analysis.prediction.tables import tables


@pytest.fixture
def study(tmp_path):
    """Write a study; return ``write(name, **options of tables)`` and the new tasks."""

    def write(name, **options):
        known, _, new = tables(9, 1, 0, **options)
        row = {"name": name, "n_cells": 1, "n_cells_done": 1, "complete": True, "config_json": "{}"}
        cells = [{"cell_id": "c", "tasks": ["d/0"], "group_size": 1, "placebo": False, "status": "done"}]
        frames = {"study": pd.DataFrame([row]), "cells": pd.DataFrame(cells)} | known
        frames["gains"] = frames["gains"].assign(cell_id="c")
        write_tables(tmp_path / name, {key: frame.assign(study_id=name) for key, frame in frames.items()})
        return tmp_path / name, new

    return write


def test_predicted_gains_are_shown_and_written(command, study, tmp_path):
    directory, (new,) = study("told")
    out = tmp_path / "out"
    ended = command("predict", "--from", directory, "--tasks", new, "--draws", "20", "--out", out)
    assert ended.code == 0
    assert "On main tasks that were not seen, such predictions had R²" in ended.out
    written = pd.read_parquet(out / "tables" / "predicted_gains.parquet")
    assert len(written) == 16
    assert written["gain"].notna().all()
    ended = command("group", directory, "--networks", "3", "--predicted", out, "--json")
    rows = json.loads(ended.out)
    assert new in {task for row in rows for task in row["served"] or []}
    assert any("16 predicted pairs" in (row["note"] or "") for row in rows)


def test_declines_in_words(command, study, tmp_path):
    directory, (new,) = study("noise", effect=0.0, noise=1.0)
    ended = command("predict", "--from", directory, "--tasks", new, "--draws", "20")
    assert ended.code == 0
    assert ended.out.startswith("No prediction: ")
    ended = command("predict", "--from", directory, "--tasks", new, "--draws", "20", "--json")
    shown = json.loads(ended.out)
    assert shown["declined"]
    assert shown["predictions"] == []


def test_statistics_may_come_from_a_file(command, study, tmp_path):
    directory, (new,) = study("told")
    own = pd.read_parquet(directory / "tables" / "task_stats.parquet")
    own.pivot(index="task", columns="statistic", values="value").to_csv(tmp_path / "tasks.csv")
    options = ["--tasks", new, "--draws", "20", "--json"]
    whole = json.loads(command("predict", "--from", directory, *options).out)["predictions"]
    own[own["task"] != new].to_parquet(directory / "tables" / "task_stats.parquet")
    ended = command("predict", "--from", directory, *options, "--features", tmp_path / "tasks.csv")
    assert ended.code == 0
    found = json.loads(ended.out)["predictions"]
    assert [row["gain"] for row in found] == pytest.approx([row["gain"] for row in whole])


def test_mistakes(command, study, tmp_path):
    directory, _ = study("told")
    ended = command("predict", "--from", directory, "--tasks", "d/88")
    assert (ended.code, ended.out) == (3, "")
    assert "did you mean 'd/8'?" in ended.err
    assert command("predict", "--tasks", "d/8").code == 2
    assert command("predict", "--from", tmp_path / "none", "--tasks", "d/8").code == 6
