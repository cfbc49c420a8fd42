"""A study with capacity-matched singles, from the study file to the table of gains."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.endtoend.corpus import harness, write_study

SMALL = (
    "groups.capacity_matched=true", "tuning.trials=1", "evaluation.seeds=1", "training.epochs=2",
    "compute.workers=1", "placebo.shuffled_partner=none", "analysis.predictors=[]",
)  # fmt: skip
SET = [word for key in SMALL for word in ("--set", key)]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("capacity")
    done = harness("study", "run", write_study(place, ("pitch", "loud")), "--out", place / "out", *SET)
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture(scope="module")
def tables(place) -> dict[str, pd.DataFrame]:
    return {file.stem: pd.read_parquet(file) for file in (place / "out" / "tables").glob("*.parquet")}


def test_the_plan_counts_them(place) -> None:
    study = write_study(place, ("pitch", "loud"))
    done = harness("study", "plan", study, "--out", place / "out", "--json", *SET)
    plan = json.loads(done.stdout)
    assert (plan["n_cells"], plan["n_trainings"], plan["n_done"]) == (5, 10, 10)
    assert sorted(cell["capacity_of"] for cell in plan["cells"]) == [
        [],
        [],
        [],
        ["tones/loud"],
        ["tones/pitch"],
    ]


def test_what_another_study_file_left_is_not_counted_as_done(place) -> None:
    study = write_study(place, ("pitch", "loud"))
    options = [*SET, "--set", "training.epochs=3", "--set", "groups.capacity_matched=false"]
    done = harness("study", "plan", study, "--out", place / "out", "--json", *options)
    plan = json.loads(done.stdout)
    assert (plan["n_cells"], plan["n_trainings"], plan["n_done"]) == (3, 6, 0)
    assert plan["estimate_s"] > 0


def test_their_cells_are_marked_and_trained_like_the_others(tables) -> None:
    cells = tables["cells"]
    matched = cells[cells["capacity_of"].notna()]
    assert {(c.tasks[0], *c.capacity_of) for c in matched.itertuples()} == {
        ("tones/pitch", "tones/loud"),
        ("tones/loud", "tones/pitch"),
    }
    assert (cells["status"] == "done").all()
    assert (cells["n_trials"] == 2).all()
    assert (cells["n_runs"] == 2).all()


def test_they_are_no_singles_and_no_groups(tables) -> None:
    assert len(tables["gains"]) == 2
    assert (tables["gains"]["n"] == 2).all()
    assert (tables["tasks"]["n_folds"] == 2).all()
    assert len(tables["delta_m"]) == 1


def test_a_trunk_that_does_not_grow_with_the_heads_trains_alike(tables) -> None:
    """The network of this study shares its whole trunk; absent heads take no part, and there is one trial."""
    gains = tables["gains"]
    assert gains["capacity_gain"].notna().all()
    assert gains["capacity_gain"].to_numpy() == pytest.approx(gains["gain"].to_numpy(), abs=1e-12)
    assert tables["runs"]["config_hash"].is_unique
