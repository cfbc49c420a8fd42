"""Every probe of a whole small study; killed in the middle of it, and resumed."""

import math
import shutil
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest

from harness.probes.names import KINDS, PROBES
from harness.schedule.probe_count import expected_probes
from harness.schedule.probe_rows import BY_DEFINITION
from tests.probes.small import Bench, bench, write_study

TASKS = ("a/loud", "a/pitch", "b/wave")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("probes")


@pytest.fixture(scope="module")
def trained(place) -> Path:
    """The directory of a study whose trainings have ended, and nothing was measured."""
    with bench(write_study(place), place / "trained") as study:
        study.train()
        # 3 tasks, 2 folds, 2 trials: the best trial's training is the final run
        assert study.executor.done == ["training"] * 12
    return place / "trained"


@pytest.fixture(scope="module")
def whole(place, trained) -> tuple[list[dict], Bench]:
    """The rows of a study that was never interrupted, and what was done in it."""
    out = shutil.copytree(trained, place / "whole")
    with bench(place / "study.yaml", out) as study:
        study.probe()
        return study.rows(), study


def test_every_directed_pair_has_a_row_of_each_probe_in_every_fold(whole) -> None:
    rows, _ = whole
    expected = set()
    for probe in PROBES:
        single = probe in KINDS["distance"] + KINDS["joint"]
        for fold in (0,) if single else (0, 1):
            expected |= {(probe, *pair, fold) for pair in permutations(TASKS, 2)}
    assert {(row["probe"], row["main"], row["partner"], row["fold"]) for row in rows} == expected
    assert len(rows) == len(expected)


def test_values_are_finite_and_in_range(whole) -> None:
    rows, _ = whole
    assert all(row["value"] is not None and math.isfinite(row["value"]) for row in rows), rows
    ranges = {
        "linear_cka": (0, 1), "rsa": (-1, 1), "leep": (-math.inf, 0), "h_score": (0, 2), "mmd": (-2, 2),
        "frechet_distance": (0, math.inf), "domain_accuracy": (0, 1), "gradient_cosine": (-1, 1),
    }  # fmt: skip
    for row in rows:
        low, high = ranges.get(row["probe"], (-math.inf, math.inf))
        assert low - 1e-9 <= row["value"] <= high + 1e-9, row


def test_networks_are_those_of_models_and_distances_are_not(whole) -> None:
    rows, _ = whole
    assert {row["model"] for row in rows if row["probe"] in KINDS["distance"]} == {None}
    assert {row["seed"] for row in rows if row["probe"] in KINDS["distance"]} == {None}
    assert {row["model"] for row in rows if row["probe"] not in KINDS["distance"]} == {"dnn"}
    assert {row["feature"] for row in rows} == {"log_mel"}


def test_representations_and_distances_are_symmetric_and_transfer_is_not(whole) -> None:
    rows, _ = whole
    value = {(row["probe"], row["main"], row["partner"], row["fold"]): row["value"] for row in rows}
    symmetric = KINDS["similarity"] + KINDS["distance"] + ("gradient_cosine",)
    for (probe, main, partner, fold), found in value.items():
        back = value[probe, partner, main, fold]
        if probe in symmetric:
            assert back == pytest.approx(found, abs=1e-12)
        else:
            assert back != found


def test_tasks_of_one_data_set_are_no_distance_apart_by_definition(whole) -> None:
    rows, _ = whole
    same = [
        row
        for row in rows
        if row["probe"] in KINDS["distance"] and "b/wave" not in (row["main"], row["partner"])
    ]
    assert {(row["probe"], row["value"]) for row in same} == {
        ("frechet_distance", 0.0), ("mmd", 0.0), ("domain_accuracy", 0.5)
    }  # fmt: skip
    assert {row["note"] for row in same} == {BY_DEFINITION}


def test_each_unit_is_done_once_and_no_network_is_trained_again(whole) -> None:
    _, study = whole
    # 1 joint training, 6 networks, 1 pair of data sets, 3 pairs of tasks in 2 folds
    assert study.executor.done == ["joint"] + ["trunk"] * 6 + ["distance"] + ["similarity"] * 6


def test_the_plan_says_how_many_before_anything_is_trained(whole) -> None:
    rows = expected_probes(whole[1].factory, lambda cell: (0.5, 10))
    assert {row["probe"]: row["units"] for row in rows} == {
        "joint": 1, "trunk": 6, "distance": 1, "similarity": 6
    }  # fmt: skip
    assert rows[0]["estimate_s"] == 0.5 * (10 + 10 * (3 + 1))


def test_killed_in_the_middle_and_resumed_the_rows_are_the_same(place, trained, whole) -> None:
    out = shutil.copytree(trained, place / "killed")
    call = "import sys, pathlib; from tests.probes.small import killed; study, out, at = sys.argv[1:]; "
    call += "killed(pathlib.Path(study), pathlib.Path(out), int(at))"
    told = [str(place / "study.yaml"), str(out), "4"]
    died = subprocess.run([sys.executable, "-c", call, *told], capture_output=True, text=True, timeout=280)
    assert died.returncode == -9, died.stderr
    with bench(place / "study.yaml", out) as study:
        assert study.ledger.probes.counts()["done"] == 4
        study.train()
        study.probe()
        assert len(study.executor.done) == 14 - 4
        assert study.rows() == whole[0]


def test_a_resumed_study_measures_nothing_again(place, whole) -> None:
    with bench(place / "study.yaml", place / "whole") as study:
        study.train()
        study.probe()
        assert study.executor.done == []
        assert study.rows() == whole[0]


def test_networks_that_are_gone_are_trained_again_and_give_the_same(place, trained, whole) -> None:
    out = shutil.copytree(trained, place / "cleaned")
    shutil.rmtree(out / "states")
    with bench(place / "study.yaml", out) as study:
        study.probe()
        assert study.rows() == whole[0]
    assert len(list((out / "states").glob("*.safetensors"))) == 6


def test_a_probe_that_fails_is_told_of_and_the_others_are_measured(place, trained, whole) -> None:
    def fail(unit: dict) -> None:
        if unit.get("mine") == "b/wave" and unit["data"]["fold"] == 1:
            raise RuntimeError("no network today")

    out = shutil.copytree(trained, place / "failing")
    with bench(place / "study.yaml", out, fail) as study:
        study.probe()
        [failure] = study.ledger.probes.failures()
        rows = study.rows()
    assert (failure["kind"], failure["error_type"]) == ("probe", "RuntimeError")
    lacking = {(row["probe"], row["main"], row["partner"]) for row in rows if row["value"] is None}
    others = ("a/loud", "a/pitch")
    expected = {(probe, main, "b/wave") for probe in KINDS["trunk"] for main in others}
    expected |= {
        (probe, *pair) for probe in KINDS["similarity"] for main in others
        for pair in ((main, "b/wave"), ("b/wave", main))
    }  # fmt: skip
    assert lacking == expected
    assert all("no network today" in row["note"] for row in rows if row["value"] is None)
    kept = [row for row in rows if row["value"] is not None]
    assert kept == [row for row in whole[0] if row in kept]
    assert len(rows) == len(whole[0])
