"""TUT Sound Events 2017, in segments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import soundfile

from harness.api import Clip, DataError, DatasetContext, Task
from harness_audio.datasets.corpus import Corpus
from harness_audio.datasets.corpus_parameters import SoundEventsParameters
from harness_audio.datasets.dcase2017 import CITATION, LICENCE, folds_of
from harness_audio.datasets.labels import known_class
from harness_audio.datasets.lines import number, read_lines
from harness_audio.datasets.paths import existing

EVENTS = ("brakes squeaking", "car", "children", "large vehicle", "people speaking", "people walking")

Event = tuple[float, float, str]


class Dcase2017Events(Corpus):
    """The development set of TUT Sound Events 2017: street recordings of 3 to 5 min, cut into segments.

    Layout: README of Zenodo record 814831, section "File structure": ``audio/street/a001.wav`` and its
    annotation ``meta/street/a001.ann``, with tabs between [onset, s] [offset, s] [event label] (decimal
    point or comma); ``evaluation_setup/street_fold{1 to 4}_test.txt`` names the recordings tested in a fold.

    Task: ``event`` (multilabel). A segment from t to t + ``segment_s`` has the label of every event that is
    heard in it at all: onset < t + ``segment_s`` and offset > t. What is left at the end of a recording and
    is shorter than a segment is left out. A clip's group is its recording, which is in one fold alone.

    Raises:
        DataError: an annotation without recording (or the reverse), a malformed line, an unknown event, an
        offset before its onset, a recording that is not in one fold.
    """

    name = "dcase2017_events"
    licence = LICENCE
    citation = CITATION
    domain = "environment"

    def __init__(self, parameters: SoundEventsParameters, context: DatasetContext) -> None:
        self.segment_s = parameters.segment_s
        super().__init__(parameters, context)

    def all_tasks(self) -> tuple[Task, ...]:
        return (Task(name="event", kind="multilabel", classes=EVENTS),)

    def all_clips(self) -> Iterator[Clip]:
        files = self.wav_files("audio/street/*.wav")
        annotated = {PurePosixPath(file).stem for file in self.wav_files("meta/street/*.ann")}
        for stem in sorted(annotated - {PurePosixPath(file).stem for file in files}):
            existing(self.directory, f"audio/street/{stem}.wav", f"meta/street/{stem}.ann")
        folds = folds_of(self.directory, "street_", files)
        for file in files:
            yield from self._segments(file, folds[file])

    def _segments(self, file: str, fold: str) -> Iterator[Clip]:
        recording = PurePosixPath(file).stem
        path = existing(self.directory, file, self.name)
        events = _events(self.directory / "meta/street" / f"{recording}.ann")
        for index in range(int(_duration_s(path) / self.segment_s + 1e-9)):
            start, end = index * self.segment_s, (index + 1) * self.segment_s
            heard = {label for onset, offset, label in events if onset < end and offset > start}
            yield Clip(
                id=f"{file}#{start:g}-{end:g}",
                path=path,
                start_s=start,
                end_s=end,
                labels={"event": tuple(label for label in EVENTS if label in heard)},
                group=recording,
                fold=fold,
            )


def _events(path: Path) -> list[Event]:
    events = []
    for row in read_lines(path, ["onset", "offset", "event"], separator="\t"):
        onset, offset = (number(row.where, name, row[name]) for name in ("onset", "offset"))
        if offset < onset:
            raise DataError(f"{row.where}: offset {offset:g} s is before the onset {onset:g} s")
        events.append((onset, offset, known_class(row.where, "event", row["event"], EVENTS)))
    return events


def _duration_s(path: Path) -> float:
    try:
        return float(soundfile.info(path).duration)
    except (soundfile.SoundFileError, OSError) as error:
        raise DataError(f"cannot read {path}: {error}") from error
