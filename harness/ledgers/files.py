"""What lies beside a ledger and belongs to trainings: kept networks, checkpoints, states. Copied, never opened."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.probes.states import FOLDER as STATES
from harness.schedule.directory import checkpoint_directory
from harness.train.kept import FOLDER as NETWORKS

_FILES = re.compile(r"step_\d+\.safetensors|network\.json|tensors\.safetensors|state\.json")


def copy_networks(sources: Sequence[Path], out: Path, key: str) -> bool:
    """Copy the kept network of a training from the first directory that has it; return whether one has."""
    return any(copied(source / NETWORKS / key, out / NETWORKS / key) for source in sources)


def copy_checkpoint(source: Path, out: Path, key: str) -> bool:
    """Copy the checkpoint of a training that is not done; return whether there was one."""
    return copied(checkpoint_directory(source) / key, checkpoint_directory(out) / key)


def copy_states(sources: Sequence[Path], out: Path, key: str) -> bool:
    """Copy the state of a network that probes look at from the first directory that has it."""
    for path in (source / STATES / f"{key}.safetensors" for source in sources):
        if path.is_file() and not path.is_symlink():
            (out / STATES).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, out / STATES / path.name)
            return True
    return False


def copied(source: Path, target: Path) -> bool:
    """Copy a folder's files that the harness writes, and its folders; return whether there were any. Links are not
    followed, and what an interrupted writer left is left out.
    """
    if source.is_symlink() or not source.is_dir():
        return False
    shutil.copytree(source, target, ignore=_foreign)
    if not any(path.is_file() for path in target.rglob("*")):
        shutil.rmtree(target)
        return False
    return True


def _foreign(folder: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if not _is_own(Path(folder) / name)]


def _is_own(path: Path) -> bool:
    if path.is_symlink():
        return False
    return not path.name.startswith("writing-") if path.is_dir() else bool(_FILES.fullmatch(path.name))
