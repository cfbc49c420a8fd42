"""Stethoscope recordings of seals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.api import (
    Clip,
    DataError,
    Dataset,
    DatasetContext,
    Task,
    did_you_mean,
    read_rows,
    resolve_directory,
)
from harness_auscultation.datasets.files import audio_file
from harness_auscultation.datasets.parameters import SealAuscultationParameters

COLUMNS = ("file", "wheeze", "rhonchus", "survival", "animal", "side")

#: What a cell may say, and the class that it means. The first class of a binary task is the negative one.
CLASSES: Mapping[str, Mapping[str, str]] = {
    "wheeze": {"0": "negative", "negative": "negative", "1": "positive", "positive": "positive"},
    "rhonchus": {
        **{"0": "healthy", "healthy": "healthy", "1": "mild", "mild": "mild"},
        **{"2": "moderate", "moderate": "moderate", "3": "severe", "severe": "severe"},
    },
    "survival": {"alive": "alive", "dead": "dead"},
    "side": {"l": "left", "left": "left", "r": "right", "right": "right"},
}
_MERGED = {"moderate": "moderate_severe", "severe": "moderate_severe"}


class SealAuscultation(Dataset):
    """Wav files at 4 kHz and a CSV with the columns ``file, wheeze, rhonchus, survival, animal, side``.

    Rosiu 2021: 146 recordings of the left and the right lung. The corpus is not published; this is the layout that the
    harness reads: ``file`` is a path in the directory; ``wheeze`` is negative or positive (0, 1), ``rhonchus`` healthy,
    mild, moderate or severe (0 to 3), ``survival`` alive or dead, ``side`` left or right (l, r); letters in any case.
    An empty cell is no label of that task; the clip keeps the others. ``animal`` keeps the splits apart and may not be
    empty. Tasks: ``wheeze`` (binary), ``rhonchus`` (multiclass: 3 classes, or 4 without ``merge_severe``),
    ``survival`` (binary), ``side`` (binary).

    Raises:
        DataError: no directory, a damaged CSV, a file that is missing, twice or outside the directory, a cell that
            says none of the above; the message names the file and the line.
    """

    licence = "not published; ask the authors"
    citation = "Rosiu 2021, multi-task learning on auscultation recordings of seals"
    domain = "medical"

    def __init__(self, parameters: SealAuscultationParameters, context: DatasetContext) -> None:
        self.parameters = parameters
        directory = resolve_directory(parameters.path, context.root, "seal_auscultation")
        self._clips: dict[str, Clip] = {}
        for where, row in read_rows(directory / parameters.labels, COLUMNS):
            if row["file"] in self._clips:
                raise DataError(f"{where}: file {row['file']!r} is there twice")
            if not row["animal"]:
                raise DataError(f"{where}: animal is empty; it keeps the splits apart")
            path = audio_file(directory, row["file"], where)
            labels = {name: self._label(where, name, row[name]) for name in CLASSES}
            self._clips[row["file"]] = Clip(
                id=row["file"],
                path=path,
                labels=labels,
                group=row["animal"],
                sample_rate=parameters.sample_rate,
            )

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Wheeze, rhonchus, survival, side; wheeze stratifies the generated splits."""
        return tuple(
            Task(name=name, kind="binary" if len(classes) == 2 else "multiclass", classes=classes)
            for name, classes in ((name, self._classes(name)) for name in CLASSES)
        )

    def clips(self) -> Iterator[Clip]:
        """Iterate one clip a row, in the order of the file."""
        return iter(self._clips.values())

    def _classes(self, task: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._merged(name) for name in CLASSES[task].values()))

    def _merged(self, name: str) -> str:
        return _MERGED.get(name, name) if self.parameters.merge_severe else name

    def _label(self, where: str, task: str, cell: str) -> str | None:
        if not cell:
            return None
        known = CLASSES[task]
        if cell.lower() in known:
            return self._merged(known[cell.lower()])
        raise DataError(
            f"{where}: {task} {cell!r} is no label{did_you_mean(cell, known)}; allowed: {', '.join(known)}, "
            "or empty for no label"
        )
