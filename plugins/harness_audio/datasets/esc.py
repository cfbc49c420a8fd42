"""ESC-50, and ESC-10 which is a part of it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.api import Clip, DataError, Task
from harness_audio.datasets.corpus import Corpus
from harness_audio.datasets.esc_classes import ESC10, ESC50, MAJOR
from harness_audio.datasets.labels import known_class
from harness_audio.datasets.paths import existing
from harness_audio.datasets.table import Row, read_table

_TABLE = "meta/esc50.csv"
_COLUMNS = ("filename", "fold", "target", "category", "esc10", "src_file")


class Esc50(Corpus):
    """Environmental sounds of 5 s: ``meta/esc50.csv`` and ``audio/{fold}-{clip}-{take}-{target}.wav``.

    Layout: README.md of karolpiczak/ESC-50, section "Repository content": columns filename, fold, target,
    category, esc10, src_file, take; five official folds, in which clips of one Freesound recording are
    together.

    Tasks: ``sound`` (the corpus's column ``category``, 50 classes in the order of ``target``) and
    ``category`` (the README's five major categories, ten targets each). A clip's group is its Freesound
    recording.

    Raises:
        DataError: no table, or a row whose file is not there, whose class is unknown or has another target,
        or whose fold is not 1 to 5.
    """

    name = "esc50"
    licence = "CC BY-NC 3.0"
    citation = (
        "K. J. Piczak, ESC: Dataset for Environmental Sound Classification, Proc. ACM Multimedia, 2015, "
        "doi:10.1145/2733373.2806390"
    )
    domain = "environment"
    classes: tuple[str, ...] = ESC50

    def all_tasks(self) -> tuple[Task, ...]:
        majors = {MAJOR[ESC50.index(name) // 10] for name in self.classes}
        return (
            Task(name="sound", kind="multiclass", classes=self.classes),
            Task(name="category", kind="multiclass", classes=tuple(name for name in MAJOR if name in majors)),
        )

    def all_clips(self) -> Iterator[Clip]:
        table = read_table(self.directory / _TABLE)
        for column in _COLUMNS:
            table.require(column, self.name)
        return (self._clip(row) for row in table.rows if self._belongs(row))

    def _belongs(self, row: Row) -> bool:
        """Return whether the row is of this corpus."""
        return True

    def _clip(self, row: Row) -> Clip:
        sound = known_class(row.where, "category", row["category"], self.classes)
        target = ESC50.index(sound)
        if row["target"] != str(target):
            raise DataError(f"{row.where}: target {row['target']!r} of {sound!r} must be {target}")
        if row["fold"] not in tuple("12345"):
            raise DataError(f"{row.where}: fold {row['fold']!r} is not one of 1, 2, 3, 4, 5")
        file = f"audio/{row['filename']}"
        return Clip(
            id=file,
            path=existing(self.directory, file, row.where),
            labels={"sound": sound, "category": MAJOR[target // 10]},
            group=row["src_file"],
            fold=row["fold"],
        )


class Esc10(Esc50):
    """The ten classes of ESC-50 whose clips have ``esc10`` True; else as :class:`Esc50`."""

    name = "esc10"
    licence = "CC BY 3.0"
    classes = ESC10

    def _belongs(self, row: Row) -> bool:
        if row["esc10"] not in ("True", "False"):
            raise DataError(f"{row.where}: esc10 {row['esc10']!r} is neither True nor False")
        return row["esc10"] == "True"
