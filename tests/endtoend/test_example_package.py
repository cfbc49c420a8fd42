"""examples/harness-chirps, a third party's package: installed by pip, tested, checked, and used in a study."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tests.endtoend.fresh import Fresh, fresh_environment

EXAMPLE = Path(__file__).parents[2] / "examples" / "harness-chirps"
SMALL = ("datasets=[{use: chirps, n_clips: 64}]", "placebo.shuffled_partner=none", "compute.workers=1")
COMPONENTS = {("dataset", "chirps"), ("feature", "spectral_shape"), ("metric", "cohen_kappa")}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Fresh:
    """A virtual environment with the example in it; it is built from a copy."""
    fresh = fresh_environment(tmp_path_factory.mktemp("example"))
    shutil.copytree(
        EXAMPLE, fresh.place / "package", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
    )
    fresh.install(fresh.place / "package")
    return fresh


def test_its_own_tests_pass(fresh):
    done = fresh.run("pytest", "-q", "-p", "no:cacheprovider", "package")
    assert done.returncode == 0, done.stdout


def test_it_is_found_and_every_promise_is_kept(fresh):
    done = fresh.harness("plugins", "check", "harness-chirps", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    promises = json.loads(done.stdout)
    assert {(one["kind"], one["component"]) for one in promises} == COMPONENTS
    assert {one["outcome"] for one in promises} == {"kept"}


def test_it_is_used_in_a_study(fresh):
    settings = [word for change in SMALL for word in ("--set", change)]
    done = fresh.harness("study", "run", "package/study.yaml", *settings)
    assert done.returncode == 0, done.stderr
    tables = fresh.place / "runs" / "chirps" / "tables"
    runs, gains, tasks = (pd.read_parquet(tables / f"{name}.parquet") for name in ("runs", "gains", "tasks"))
    assert set(runs.status) == {"done"}
    version = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]["version"]
    assert runs.plugin_versions.str.contains(f'"harness-chirps": "{version}"').all()
    assert set(gains.main) == {"chirps/direction", "chirps/pace", "chirps/count"}
    assert tasks.set_index("task").metric["chirps/direction"] == "cohen_kappa"
    assert gains.groupby("main").single_mean.mean()["chirps/direction"] > 0.5
