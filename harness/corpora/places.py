"""The data sets of a study, where their files are looked for, and whether they are there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.config import DatasetUse, StudyConfig


def study_datasets(config: StudyConfig) -> list[dict[str, Any]]:
    """Return one row a data set of the study; ``there`` is ``None`` where it has no place of its own."""
    return [_row(name, use, config) for name, use in config.dataset_uses().items()]


def _row(name: str, use: DatasetUse, config: StudyConfig) -> dict[str, Any]:
    place = place_of(use, config.data.root)
    return {
        "name": name,
        "use": use.use,
        "tasks": [task.split("/", 1)[1] for task in config.tasks if task.split("/", 1)[0] == name],
        "splits": use.splits,
        "place": None if place is None else str(place),
        "there": None if place is None else place.is_dir(),
    }


def place_of(use: DatasetUse, root: Path | None) -> Path | None:
    """Return where the parameter ``path`` leads, as the readers resolve it; ``None`` where there is none."""
    path = use.parameters.get("path")
    if not isinstance(path, str):
        return None
    return ((Path.cwd() if root is None else root) / Path(path).expanduser()).resolve()
