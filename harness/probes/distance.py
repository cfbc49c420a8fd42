"""The unit ``distance``: how far the clips of two data sets are apart in a feature."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness.data.catalog import load_catalog
from harness.data.types import DatasetRows, RunData
from harness.measures import domain_accuracy, frechet_distance, mmd
from harness.probes.parts import Parts
from harness.probes.rows import measured, rows_of
from harness.seeds import derive_seed


def run_distance(unit: Mapping[str, Any], parts: Parts) -> dict[str, Any]:
    """Return the rows of ``unit["pairs"]``: of each pair of tasks on the two data sets.

    ``unit["tasks"]`` names a task of each data set, of whose training clips at most ``unit["clips"]`` are drawn.
    """
    sides = [_side(task, unit["clips"], parts) for task in unit["tasks"]]
    (x, groups_x), (y, groups_y) = sides
    seed = derive_seed(parts.data["seed"], "probe", "domain") % 2**32
    found = {
        "frechet_distance": measured(lambda: frechet_distance(x, y)),
        "mmd": measured(lambda: mmd(x, y)),
        "domain_accuracy": measured(lambda: domain_accuracy(x, y, groups_x, groups_y, seed=seed)),
    }
    return {"rows": rows_of(unit["pairs"], found)}


def descriptors(rows: DatasetRows, clips: np.ndarray) -> np.ndarray:
    """Return the mean and the standard deviation over all frames of a clip, ``[clips, 2 · channels · bins]``.

    A clip's windows are taken as one; features are as the bank holds them, not scaled.
    """
    found = []
    for clip in clips:
        first = int(rows.first[clip])
        values = np.asarray(rows.features[first : first + int(rows.count[clip])], dtype=np.float64)
        found.append(np.concatenate([values.mean(axis=(0, 3)).ravel(), values.std(axis=(0, 3)).ravel()]))
    return np.stack(found)


def _side(task: str, most: int, parts: Parts) -> tuple[np.ndarray, list[str]]:
    data = parts.alone(task)
    clips = parts.sample(data.tasks[0].train, most, "distance", task)
    return descriptors(data.datasets[0], clips), _groups(task, data, clips, parts)


def _groups(task: str, data: RunData, clips: np.ndarray, parts: Parts) -> list[str]:
    """Return the group of each clip, or the clip itself where it has none, told apart from other data sets'."""
    dataset = task.split("/", 1)[0]
    frame = load_catalog(Path(parts.data["catalogs"][dataset])).frame
    column = data.tasks[0].task.group
    groups = frame[f"group:{column}" if column else "group"].to_numpy(dtype=object)[clips]
    names = np.array(data.datasets[0].clip_ids, dtype=object)[clips]
    return [
        f"{dataset} clip {name}" if pd.isna(group) else f"{dataset} group {group}"
        for group, name in zip(groups, names, strict=True)
    ]
