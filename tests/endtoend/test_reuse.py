"""Change the study file and only what changed is trained."""

from pathlib import Path

import pandas as pd
import pytest

from tests.endtoend.corpus import events, harness, trained_again, write_study


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Path:
    """A finished study on two tasks."""
    place = tmp_path_factory.mktemp("reuse")
    done = harness("study", "run", write_study(place, ("pitch", "loud")), "--out", place / "out")
    assert done.returncode == 0, done.stderr
    return place


def test_adding_a_task_trains_only_the_cells_that_contain_it(two) -> None:
    out = two / "out"
    before, cells_before = set(events(out)), pd.read_parquet(out / "tables" / "cells.parquet")
    assert harness("study", "run", write_study(two), "--out", out).returncode == 0
    cells = pd.read_parquet(out / "tables" / "cells.parquet")
    runs = pd.read_parquet(out / "tables" / "runs.parquet").merge(cells[["cell_id", "tasks"]], on="cell_id")
    new = {key for key, what in set(events(out)) - before if what == "started"}
    with_wave = {run.config_hash for run in runs.itertuples() if "tones/wave" in run.tasks}
    assert trained_again(out) == set()
    assert with_wave <= new
    old_cells = set(cells_before.cell_id)
    assert not new & set(runs.config_hash[runs.cell_id.isin(old_cells)])
    added = cells[~cells.cell_id.isin(old_cells)]
    assert all("tones/wave" in tasks for tasks in added.tasks)
    assert set(cells.status) == {"done"}


def test_more_trials_keep_the_earlier_trainings(two) -> None:
    out, study = two / "out", write_study(two)
    assert harness("study", "run", study, "--out", out).returncode == 0
    before = events(out)
    assert harness("study", "run", study, "--out", out, "--set", "tuning.trials=4").returncode == 0
    assert trained_again(out) == set()
    trials = pd.read_parquet(out / "tables" / "trials.parquet")
    new_trials = sum(what == "started" for _, what in events(out)[len(before) :])
    assert set(trials.number) == {0, 1, 2, 3}
    assert new_trials >= (trials.number == 3).sum()
    assert new_trials <= (trials.number == 3).sum() * 2
