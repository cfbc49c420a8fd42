"""Two small finished studies for the pages to look at, made once a test run, whatever the number of processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.docs.markdown import ROOT

SMALL = (
    *(f"datasets.{number}.n_clips=60" for number in range(3)),
    *("tuning.trials=1", "tuning.batch=1", "training.epochs=2", "training.patience=2", "training.keep=final"),
    *("evaluation.folds=2", "evaluation.seeds=1", "compute.workers=1"),
)
#: Another width, and fewer cells.
OTHER = (
    "tasks=[notes/family, notes/pitch_class, speech/digit, speech/voice]",
    *("models.0.width=4", "groups.include=[]", "placebo.shuffled_partner=none", "analysis.predictors=[]"),
)


INSTALLING = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}


def environment(home: Path, packages: Path | None = None) -> dict[str, str]:
    """Return the environment of a page's commands: this interpreter's commands first, one cache for all.

    What a page installs goes to ``packages`` and nowhere else, and nothing is fetched for it.
    """
    commands = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    if packages is not None:
        return environment(home) | {"PIP_TARGET": str(packages), "PYTHONPATH": str(packages), **INSTALLING}
    return os.environ | {
        "PATH": commands,
        "HARNESS_CACHE": str(home / "cache"),
        "MPLBACKEND": "agg",
        "COLUMNS": "120",
    }


def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "small_studies"


def small_studies(home: Path) -> Path:
    """Return a folder with ``studies/``, ``runs/audio_pairs`` and ``runs/other``; the first caller makes them."""
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / "lock"):
        if not (home / "done").exists():
            shutil.copytree(ROOT / "studies", home / "page" / "studies", dirs_exist_ok=True)
            _run(home, "audio_pairs")
            _run(home, "other", *OTHER)
            (home / "done").touch()
    return home / "page"


def _run(home: Path, name: str, *changes: str) -> None:
    settings = [word for change in (*SMALL, *changes) for word in ("--set", change)]
    command = ["harness", "study", "run", "studies/audio_pairs.yaml", "--out", f"runs/{name}", "--no-report"]
    done = subprocess.run(
        [*command, *settings],
        cwd=home / "page",
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr
