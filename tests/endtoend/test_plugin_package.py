"""A third party's package, installed by pip into a fresh environment, is listed and used without touching the core."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pandas as pd
import pytest

EXAMPLE = Path(__file__).parent / "example_plugin"
STUDY = """\
study: clicks
tasks: [clicks/rate, clicks/level]
features: [{name: envelope, sample_rate: 8000, clip_s: 0.25}]
models: [{name: linear}]
combiners: [{name: worst}]
placebo: {shuffled_partner: none}
tuning: {trials: 1, batch: 1, space: {lr: {log: [1.0e-2, 1.0e-1]}}}
training: {epochs: 10, batch_size: 8}
evaluation: {folds: 2, seeds: 1}
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Path:
    """A virtual environment that sees this one's packages, with the example installed into it."""
    place = tmp_path_factory.mktemp("plugin")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place / "venv"], check=True)
    site = next((place / "venv" / "lib").iterdir()) / "site-packages"
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "outer.pth").write_text(
        "".join(f"import site; site.addsitedir({path!r})\n" for path in sorted(paths))
    )
    shutil.copytree(EXAMPLE, place / "package", ignore=shutil.ignore_patterns("__pycache__"))
    python = place / "venv" / "bin" / "python"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "-q",
        "--no-deps",
        "--no-build-isolation",
    ]
    subprocess.run([*pip, place / "package"], check=True, cwd=place)
    return place


def harness(environment: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [environment / "venv" / "bin" / "python", "-m", "harness.cli.main", *arguments]
    env = os.environ | {"HARNESS_CACHE": str(environment / "cache")}
    return subprocess.run(command, capture_output=True, text=True, cwd=environment, env=env, timeout=300)


def test_the_example_is_short() -> None:
    lines = sum(len(path.read_text().splitlines()) for path in EXAMPLE.glob("*.py"))
    assert lines < 80


def test_it_is_listed_with_its_distribution(environment) -> None:
    listed = json.loads(harness(environment, "plugins", "list", "--json").stdout)
    found = {
        (one["kind"], one["name"], one["version"])
        for one in listed
        if one["distribution"] == "harness-clicks"
    }
    assert found == {(kind, name, "0.3.0") for kind, name in [
        ("dataset", "clicks"), ("feature", "envelope"), ("model", "linear"), ("combiner", "worst"),
    ]}  # fmt: skip
    assert not any(one["kind"] == "failure" for one in listed)


def test_it_is_used_in_a_study(environment) -> None:
    (environment / "study.yaml").write_text(STUDY)
    done = harness(environment, "study", "run", "study.yaml")
    assert done.returncode == 0, done.stderr
    tables = environment / "runs" / "clicks" / "tables"
    runs, gains = pd.read_parquet(tables / "runs.parquet"), pd.read_parquet(tables / "gains.parquet")
    assert set(runs.status) == {"done"}
    assert runs.plugin_versions.str.contains('"harness-clicks": "0.3.0"').all()
    assert set(gains.main) == {"clicks/rate", "clicks/level"}
    assert (gains.single_mean > 0.9).all()
