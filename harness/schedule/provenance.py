"""What a reader needs to repeat a study: versions, commit, host."""

from __future__ import annotations

import json
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from harness.keys import content_key

#: Keys of the section ``training`` that say what is written beside the results.
BESIDE = ("keep", "reports")

_LIBRARIES = (
    "torch",
    "torchaudio",
    "torchjd",
    "librosa",
    "numpy",
    "scipy",
    "scikit-learn",
    "optuna",
    "pandas",
    "statsmodels",
)


def versions() -> str:
    """Return the versions of Python and of the libraries that decide results, as JSON."""
    found = {"python": platform.python_version(), "mtl-harness": _version("mtl-harness")}
    return json.dumps(found | {name: _version(name) for name in _LIBRARIES})


def harness_version() -> str:
    """Return the version of the harness."""
    return _version("mtl-harness")


def git_state(path: Path) -> tuple[str | None, bool | None]:
    """Return the commit of the repository that ``path`` lies in, and whether it has uncommitted changes."""
    commit = _git(path, "rev-parse", "HEAD")
    return (None, None) if commit is None else (commit, bool(_git(path, "status", "--porcelain")))


def study_id(name: str, resolved: dict[str, object]) -> str:
    """Return the identity of a study: its name and a hash of its resolved file, less what only says where it runs."""
    decisive = {key: value for key, value in resolved.items() if key not in ("compute", "data")}
    training = resolved.get("training")
    if isinstance(training, dict):
        decisive["training"] = {key: value for key, value in training.items() if key not in BESIDE}
    return f"{name}-{content_key(decisive, length=8)}"


def _git(path: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(path.resolve().parent), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
