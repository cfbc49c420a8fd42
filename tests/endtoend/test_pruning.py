"""A study with ``tuning.pruner: hyperband``: killed at any moment, it prunes the same trials."""

import json
import random
import shutil
import signal
from pathlib import Path

import pandas as pd
import pytest

from tests.endtoend.corpus import events, harness, same_tables, trained_again, write_study
from tests.endtoend.test_resume import TABLES, run_until

TUNING = "tuning: {trials: 5, batch: 3, sampler: random, pruner: hyperband,"


def study_file(place: Path) -> Path:
    changes = {
        "tuning: {trials: 3, batch: 2,": TUNING,
        "epochs: 4": "epochs: 8",
        "patience: 4": "patience: 8",
        "per_main": "none",
    }
    return write_study(place, ("pitch", "loud"), **changes)


def table(directory: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(directory / "tables" / f"{name}.parquet")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("pruning")


@pytest.fixture(scope="module")
def whole(place) -> Path:
    """A study that was never interrupted."""
    out = place / "whole"
    done = harness("study", "run", study_file(place), "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def test_poor_trials_are_pruned_and_no_run_is(whole) -> None:
    trials, runs = table(whole, "trials"), table(whole, "runs")
    pruned = trials[trials.status == "pruned"]
    assert 0 < len(pruned) < len(trials)
    assert set(trials.status) == {"done", "pruned"}
    assert set(pruned.pruned_epoch) <= {1, 3}
    assert pruned.value.isna().all()
    assert trials[trials.status == "done"].pruned_epoch.isna().all()
    assert (pruned.wall_time_s > 0).all()
    assert set(runs.status) == {"done"}
    assert "pruned" not in {what for _, what in events(whole)}
    assert [*(whole / "checkpoints").glob("*")] == []


def test_the_best_trial_was_trained_in_full(whole) -> None:
    trials, runs = table(whole, "trials"), table(whole, "runs")
    done = trials[trials.status == "done"].sort_values(["value", "number"], ascending=[False, True])
    best = done.groupby(["cell_id", "fold"]).first().params_lr
    for run in runs.itertuples():
        assert run.params_lr == best[run.cell_id, run.fold]


def test_killed_and_robbed_of_its_checkpoints_it_gives_the_same_tables(place, whole) -> None:
    study, out, rng = study_file(place), place / "killed", random.Random(3)
    for turn in range(3):
        assert not run_until(study, out, rng.randint(4, 14), rng.uniform(0, 0.3), signal.SIGKILL)
        if turn == 1:
            shutil.rmtree(out / "checkpoints")
    assert harness("study", "run", study, "--out", out).returncode == 0
    same_tables(whole, out, TABLES)
    assert trained_again(out) == set()
    assert [*(out / "checkpoints").glob("*")] == []


def test_a_winner_that_is_not_pruned_has_the_scores_that_it_has_without_a_pruner(place, whole) -> None:
    out = place / "none"
    done = harness("study", "run", study_file(place), "--out", out, "--set", "tuning.pruner=none")
    assert done.returncode == 0, done.stderr
    keys = ["cell_id", "fold", "seed", "config_hash"]
    same = table(whole, "runs")[[*keys, "run_id"]].merge(table(out, "runs")[keys], on=keys)
    assert same.cell_id.nunique() >= 2
    ours, theirs = (
        frame[frame.run_id.isin(same.run_id)].drop(columns="study_id").reset_index(drop=True)
        for frame in (table(whole, "scores"), table(out, "scores"))
    )
    pd.testing.assert_frame_equal(ours, theirs)
    trials = table(out, "trials").merge(
        table(whole, "trials"), on=["cell_id", "fold", "number", "params_lr"], suffixes=("", "_pruned")
    )
    assert len(trials) == len(table(whole, "trials"))
    both = trials[trials.status_pruned == "done"]
    assert both.value.tolist() == both.value_pruned.tolist()


def test_the_plan_tells_the_saving(place, whole) -> None:
    planned = harness("study", "plan", study_file(place), "--out", whole, "--json")
    shared, pruner = json.loads(planned.stdout)["savings"]
    assert (shared["with"], shared["without"], shared["note"]) == (36, 36, "there is one combiner")
    assert (pruner["by"], pruner["unit"], pruner["without"]) == ("pruner hyperband", "epochs", 36 * 8)
    assert 0.5 * 36 * 8 < pruner["with"] < 0.95 * 36 * 8
    two = ("--set", "combiners=[sum, uncertainty]", "--set", "tuning.trials=1")
    shown = harness("study", "plan", study_file(place), *two).stdout
    assert "instead of once for each of 2 combiners" in shown
    assert "works as pruner none: one trial has nothing to be compared with" in shown


def test_a_run_that_cannot_prune_says_so(place) -> None:
    small = ("--set", "training.epochs=1", "--set", "tasks=[tones/pitch]", "--set", "groups.sizes=[1]")
    done = harness("study", "run", study_file(place), "--out", place / "one", *small)
    assert done.returncode == 0, done.stderr
    assert "tuning.pruner hyperband: works as pruner none: training.epochs is 1" in " ".join(
        done.stderr.split()
    )
    assert set(table(place / "one", "trials").status) == {"done"}
