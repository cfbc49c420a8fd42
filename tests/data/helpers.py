"""Small data sets for the tests of the data part, and the real corpora read from their CSV files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
import torch
from torch import nn

from harness.data.catalog import Catalog
from harness.data.catalog_files import TEXT
from harness.plugins import Registered
from harness.records import Clip, Dataset, DatasetRecord, FeatureParameters, FeatureRecord, Parameters, Task

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "data"
RATE = 8000


@dataclass(frozen=True)
class Options:
    cache_dir: Path | None
    memory_gb: float = 1.0
    max_quarantine: float = 0.05
    silence_db: float = -80.0


class ListDataset(Dataset):
    """Clips from a list; counts how often it was iterated."""

    licence, citation, domain = "CC0", "nobody", "test"

    def __init__(self, clips: list[Clip], tasks: tuple[Task, ...]) -> None:
        self._clips, self._tasks, self.iterated = clips, tasks, 0

    @property
    def tasks(self) -> tuple[Task, ...]:
        return self._tasks

    def clips(self) -> Iterator[Clip]:
        self.iterated += 1
        return iter(self._clips)


def registered(dataset: Dataset, name: str = "listed", version: str = "1") -> Registered:
    record = DatasetRecord(name=name, factory=lambda parameters, context: dataset, parameters=Parameters)
    return Registered(record, "tests", "tests", version)


def tone(seed: int, seconds: float = 0.2, rate: int = RATE) -> np.ndarray:
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    return (0.3 * np.sin(2 * np.pi * rng.uniform(200, 2000) * t) + 0.01 * rng.standard_normal(len(t))).astype(
        "float32"
    )


LETTER = Task(name="letter", kind="multiclass", classes=("a", "b"))


def tone_clips(n: int, **kwargs: Any) -> list[Clip]:
    return [
        Clip(
            id=f"c{i:03d}",
            labels={"letter": "ab"[i % 2]},
            samples=tone(i),
            sample_rate=RATE,
            group=f"g{i // 4}",
            **kwargs,
        )
        for i in range(n)
    ]


def on_disk(clips: list[Clip], folder: Path) -> list[Clip]:
    """Return the same clips as files: worker processes decode files alone."""
    folder.mkdir()
    paths = [folder / f"{clip.id}.wav" for clip in clips]
    for clip, path in zip(clips, paths):
        soundfile.write(path, clip.samples, clip.sample_rate, subtype="FLOAT")
    return [replace(clip, samples=None, path=path) for clip, path in zip(clips, paths)]


class FrameParameters(FeatureParameters):
    frame: int = 100
    poison: float | None = None


class Frames(nn.Module):
    """The samples, cut into frames: ``[batch, 1, frame, frames]``; NaN where a sample is above poison."""

    def __init__(self, parameters: FrameParameters) -> None:
        super().__init__()
        self.parameters = parameters

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        rows = samples.reshape(len(samples), 1, -1, self.parameters.frame).transpose(2, 3)
        poison = self.parameters.poison
        return rows if poison is None else torch.where(rows > poison, torch.nan, rows)


def frames_feature(factory: Any = Frames) -> Registered:
    return Registered(
        FeatureRecord(name="frames", factory=factory, parameters=FrameParameters), "tests", "tests", "1"
    )


@dataclass
class Columns:
    """A catalog built from columns, without any audio."""

    tasks: tuple[Task, ...]
    labels: dict[str, list[Any]]
    group: list[str | None] | None = None
    groups: dict[str, list[str]] = field(default_factory=dict)
    fold: list[str | None] | None = None
    split: list[str | None] | None = None
    content: list[str] | None = None
    name: str = "data"

    def catalog(self) -> Catalog:
        n = len(next(iter(self.labels.values())))
        ids = [f"c{i}" for i in range(n)]
        none = [None] * n
        values = [ids, self.content or ids, self.group or none, self.fold or none, self.split or none]
        frame = pd.DataFrame({name: pd.Series(v, dtype=object) for name, v in zip(TEXT, values)})
        for task, labels in self.labels.items():
            frame[f"label:{task}"] = pd.Series(labels, dtype=object)
        for column, groups in self.groups.items():
            frame[f"group:{column}"] = groups
        tasks = {task.name: task for task in self.tasks}
        quarantine = pd.DataFrame({"clip": [], "reason": []})
        return Catalog(self.name, tasks, "CC0", "", "", frame, quarantine, "f", Path())


def corpus(name: str, *tasks: Task, id_groups: bool = False) -> ListDataset:
    """Return a real corpus; skip the test where it is not there."""
    path = CORPORA / name / "labels.csv"
    if not path.exists():
        pytest.skip(f"the real corpora are not at {CORPORA}")
    table = pd.read_csv(path, dtype=str)
    table = table.astype(object).where(table.notna(), None)
    return ListDataset([_clip(row, path.parent, tasks, id_groups) for row in table.to_dict("records")], tasks)


def _clip(row: dict[str, Any], root: Path, tasks: tuple[Task, ...], id_groups: bool) -> Clip:
    return Clip(
        id=row["file"],
        labels={task.name: row[task.name] for task in tasks},
        path=root / row["file"],
        sample_rate=int(row["sample_rate"]),
        group=row["group"],
        groups={"file": row["file"]} if id_groups else {},
        fold=row.get("fold"),
        split=row.get("split"),
    )


def csv_classes(name: str, column: str) -> tuple[str, ...]:
    path = CORPORA / name / "labels.csv"
    if not path.exists():
        pytest.skip(f"the real corpora are not at {CORPORA}")
    return tuple(sorted(pd.read_csv(path, dtype=str)[column].dropna().unique()))


def multiclass(dataset: str, column: str, **kwargs: Any) -> Task:
    return Task(name=column, kind="multiclass", classes=csv_classes(dataset, column), **kwargs)
