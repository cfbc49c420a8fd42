"""FSDKaggle2018: Freesound clips with AudioSet labels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from harness.api import Clip, DataError, DatasetContext, Task
from harness_audio.datasets.corpus import Corpus
from harness_audio.datasets.corpus_parameters import FsdKaggleParameters
from harness_audio.datasets.labels import class_order, known_class
from harness_audio.datasets.paths import existing
from harness_audio.datasets.table import LabelTable, Row, read_table

_TRAIN = ("FSDKaggle2018.meta/train_post_competition.csv", "train_post_competition.csv", "train.csv")
_TEST = (
    "FSDKaggle2018.meta/test_post_competition_scoring_clips.csv",
    "test_post_competition_scoring_clips.csv",
    "test_post_competition.csv",
)
_AUDIO = {
    "train": ("FSDKaggle2018.audio_train", "audio_train"),
    "test": ("FSDKaggle2018.audio_test", "audio_test"),
}


class FsdKaggle2018(Corpus):
    """Sounds of 41 classes, 0.3 to 30 s, with the official split into training and test part.

    Layout: Zenodo record 2552860, section on data set files: ``FSDKaggle2018.audio_train/`` and
    ``FSDKaggle2018.audio_test/``, and in ``FSDKaggle2018.meta/`` the tables ``train_post_competition.csv``
    (fname, label, manually_verified, freesound_id, license) and
    ``test_post_competition_scoring_clips.csv`` (fname, label, usage, freesound_id, license). The layout of
    the competition is read as well: ``audio_train/``, ``audio_test/``, ``train.csv`` and
    ``test_post_competition.csv``, whose rows of usage "Ignored" are no test clips.

    Task: ``sound``. A clip's group is its Freesound recording, where the tables have ``freesound_id``.

    Raises:
        DataError: no such tables or folders, a file that is not there, a test clip of a class that is not in
        the training part, or a ``manually_verified`` that is neither 0 nor 1.
    """

    name = "fsdkaggle2018"
    licence = "CC BY 4.0; each clip's own licence is in the tables"
    citation = (
        "E. Fonseca, M. Plakal, F. Font, D. P. W. Ellis, X. Favory, J. Pons, X. Serra, General-purpose "
        "Tagging of Freesound Audio with AudioSet Labels: Task Description, Dataset, and Baseline, DCASE "
        "Workshop 2018, arXiv:1807.09902"
    )
    domain = "environment"

    def __init__(self, parameters: FsdKaggleParameters, context: DatasetContext) -> None:
        self.verified_only = parameters.verified_only
        super().__init__(parameters, context)

    def all_tasks(self) -> tuple[Task, ...]:
        return (Task(name="sound", kind="multiclass", classes=self._classes),)

    def all_clips(self) -> Iterator[Clip]:
        folders = {part: self.first_of(*names) for part, names in _AUDIO.items()}
        for row in self._train.rows:
            if _verified(row) or not self.verified_only:
                yield self._clip(row, "train", folders["train"])
        test = _table(self.first_of(*_TEST), "fname", "label", "usage")
        for row in test.rows:
            if row["usage"] != "Ignored":
                yield self._clip(row, "test", folders["test"])

    @cached_property
    def _train(self) -> LabelTable:
        return _table(self.first_of(*_TRAIN), "fname", "label", "manually_verified")

    @cached_property
    def _classes(self) -> tuple[str, ...]:
        return class_order({row["label"] for row in self._train.rows} - {""})

    def _clip(self, row: Row, part: str, folder: Path) -> Clip:
        file = f"{folder.relative_to(self.directory).as_posix()}/{row['fname']}"
        return Clip(
            id=file,
            path=existing(self.directory, file, row.where),
            labels={"sound": known_class(row.where, "label", row["label"], self._classes)},
            group=row.cells.get("freesound_id") or None,
            split=part,
        )


def _table(path: Path, *columns: str) -> LabelTable:
    table = read_table(path)
    for column in columns:
        table.require(column, FsdKaggle2018.name)
    return table


def _verified(row: Row) -> bool:
    if row["manually_verified"] not in ("0", "1"):
        raise DataError(f"{row.where}: manually_verified {row['manually_verified']!r} is neither 0 nor 1")
    return row["manually_verified"] == "1"
