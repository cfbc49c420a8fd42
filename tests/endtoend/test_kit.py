"""A new plugin, without an edit: written, installed, its tests, its promises, and a study that uses it."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from tests.endtoend.fresh import Fresh, fresh_environment


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Fresh:
    """A virtual environment with the new package in it, as it was written."""
    fresh = fresh_environment(tmp_path_factory.mktemp("kit"))
    assert fresh.harness("plugins", "new", "mine").returncode == 0
    fresh.install(fresh.place / "mine")
    return fresh


def test_its_own_tests_pass(fresh):
    done = fresh.run("pytest", "-q", "-p", "no:cacheprovider", "mine")
    assert done.returncode == 0, done.stdout
    assert "failed" not in done.stdout


def test_every_promise_is_kept(fresh):
    done = fresh.harness("plugins", "check", "mine", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    promises = json.loads(done.stdout)
    assert {promise["kind"] for promise in promises} == {"dataset", "feature", "model", "combiner"}
    assert {promise["outcome"] for promise in promises} <= {"kept", "skipped"}
    assert sum(promise["outcome"] == "kept" for promise in promises) > 30
    workers = [one for one in promises if one["promise"] == "a worker knows it"]
    assert [one["outcome"] for one in workers] == ["kept"] * 4


def test_a_study_uses_it(fresh):
    done = fresh.harness("study", "run", "mine/study.yaml", "--set", "compute.workers=1")
    assert done.returncode == 0, done.stderr
    gains = pd.read_parquet(fresh.place / "runs" / "mine_first" / "tables" / "gains.parquet")
    assert set(gains.main) == {"mine_tones/pitch", "mine_tones/loudness"}
    assert (gains.single_mean > 0.7).all()
