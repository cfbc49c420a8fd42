"""TUT Acoustic Scenes 2017."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from harness.api import Clip, Task
from harness_audio.datasets.corpus import Corpus
from harness_audio.datasets.dcase2017 import CITATION, LICENCE, folds_of
from harness_audio.datasets.labels import known_class
from harness_audio.datasets.lines import read_lines
from harness_audio.datasets.paths import existing
from harness_audio.datasets.table import Row

SCENES = (
    "beach",
    "bus",
    "cafe/restaurant",
    "car",
    "city_center",
    "forest_path",
    "grocery_store",
    "home",
    "library",
    "metro_station",
    "office",
    "park",
    "residential_area",
    "train",
    "tram",
)


class Dcase2017Scenes(Corpus):
    """The development set of TUT Acoustic Scenes 2017: segments of 10 s, 15 scenes, four official folds.

    Layout: README of Zenodo record 400515, section "File structure": ``meta.txt`` has one line a segment,
    tabs between [audio file] [scene label] [original recording] (``audio/b020_90_100.wav``, ``beach``,
    ``b020``), and ``evaluation_setup/fold{1 to 4}_test.txt`` the segments tested in a fold.

    Task: ``scene``. A clip's group is its original recording, which is in one fold alone.

    Raises:
        DataError: a list that is not there, a malformed line, an unknown scene, a file that is not there or
        not in one fold.
    """

    name = "dcase2017_scenes"
    licence = LICENCE
    citation = CITATION
    domain = "environment"

    def all_tasks(self) -> tuple[Task, ...]:
        return (Task(name="scene", kind="multiclass", classes=SCENES),)

    def all_clips(self) -> Iterator[Clip]:
        folds = folds_of(self.directory, "", (row["file"] for row in self._rows))
        for row in self._rows:
            file = row["file"]
            yield Clip(
                id=file,
                path=existing(self.directory, file, row.where),
                labels={"scene": known_class(row.where, "scene", row["scene"], SCENES)},
                group=row["recording"],
                fold=folds[file],
            )

    @cached_property
    def _rows(self) -> list[Row]:
        return read_lines(self.directory / "meta.txt", ["file", "scene", "recording"], separator="\t")
