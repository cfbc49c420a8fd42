"""What several tests of the embedded data need."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from harness.api import Dataset, DatasetContext, Task
from harness_demo.design import Plan
from harness_demo.parameters import RenderParameters
from harness_demo.rendered import Render, RenderedDataset


def context(folder: Path, progress=lambda done, total, what: None) -> DatasetContext:
    """Return a context with its cache in ``folder``."""
    return DatasetContext(root=None, cache_dir=folder, progress=progress)


def hashes(dataset: Dataset) -> dict[str, str]:
    """Render the data set and return each clip's file hash."""
    return {clip.id: hashlib.sha256(clip.path.read_bytes()).hexdigest() for clip in dataset.clips()}


class Tones(RenderedDataset):
    """Sines whose frequency is the label; needs no package of the extra."""

    name = "tones"
    distributions = ()
    rendered = 0

    @property
    def tasks(self) -> tuple[Task, ...]:
        return (Task(name="tone", kind="multiclass", classes=("300", "600")),)

    def plans(self) -> list[Plan]:
        labels = ("300", "600")
        return [
            Plan(index=i, labels={"tone": labels[i % 2]}, group=f"g{i % 3}", sound={"hz": int(labels[i % 2])})
            for i in range(self.parameters.n_clips)
        ]

    @contextmanager
    def renderer(self) -> Iterator[Render]:
        def render(plan: Plan, random: np.random.RandomState) -> tuple[np.ndarray, int]:
            self.rendered += 1
            t = np.arange(22050) / 22050
            return np.sin(2 * np.pi * plan.sound["hz"] * t + random.uniform(0, 6)), 22050

        yield render


def tones(folder: Path, progress=lambda done, total, what: None, **parameters) -> Tones:
    """Return the data set of sines, five clips unless told otherwise."""
    return Tones(RenderParameters(**{"n_clips": 5, **parameters}), context(folder, progress))
