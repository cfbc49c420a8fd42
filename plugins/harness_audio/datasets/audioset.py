"""AudioSet, or a part of it, by its lists of segments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath

from harness.api import Clip, DataError, DatasetContext, Task
from harness_audio.datasets.audioset_lists import Segment, read_labels, read_segments
from harness_audio.datasets.corpus import Corpus
from harness_audio.datasets.corpus_parameters import AudioSetParameters
from harness_audio.datasets.labels import known_class
from harness_audio.datasets.paths import existing, inside


class AudioSet(Corpus):
    """Sounds of videos, segments of at most 10 s, with labels of the AudioSet ontology (multilabel).

    Layout of the lists: research.google.com/audioset, page "Download", section on features in CSV form:
    ``balanced_train_segments.csv`` and ``eval_segments.csv`` have lines ``YTID, start_seconds, end_seconds,
    positive_labels`` below comments that start with "#"; ``class_labels_indices.csv`` (index, mid,
    display_name) names the labels. Any list of that form is a subset. The distribution has no audio: a
    segment's file, already cut, is looked for in ``audio/{list without .csv}/`` and ``audio/``, under the
    names that the usual tools give it (``names``).

    Task: ``sound``: the labels that segments have, in the order of the table, or those of ``classes``; a
    segment that has none of these is left out. The two lists are the official split. A clip's group is its
    video.

    Raises:
        DataError: a list that is not there, a malformed line, an unknown label, a segment twice, or (unless
        ``missing`` is skip) a segment without audio file.
    """

    name = "audioset"
    licence = "CC BY 4.0 (lists), CC BY-SA 4.0 (ontology); the videos' own for the audio"
    citation = (
        "J. F. Gemmeke, D. P. W. Ellis, D. Freedman, A. Jansen, W. Lawrence, R. C. Moore, M. Plakal, M. Ritter, "
        "Audio Set: An Ontology and Human-Labeled Dataset for Audio Events, ICASSP 2017, "
        "doi:10.1109/ICASSP.2017.7952261"
    )
    domain = "environment"

    def __init__(self, parameters: AudioSetParameters, context: DatasetContext) -> None:
        self.parameters = parameters
        self.lists = {"train": parameters.train, "test": parameters.test}
        super().__init__(parameters, context)

    def all_tasks(self) -> tuple[Task, ...]:
        return (Task(name="sound", kind="multilabel", classes=self._classes),)

    def all_clips(self) -> Iterator[Clip]:
        for part, segments in self._segments.items():
            for segment in segments:
                labels = tuple(name for name in segment.labels if name in self._classes)
                file = self._file(segment, str(self.lists[part])) if labels else None
                if file is not None:
                    yield Clip(
                        id=file,
                        path=existing(self.directory, file, segment.where),
                        labels={"sound": labels},
                        group=segment.ytid,
                        split=part,
                    )

    @cached_property
    def _names(self) -> dict[str, str]:
        return read_labels(inside(self.directory, self.parameters.labels, self.name))

    @cached_property
    def _segments(self) -> dict[str, list[Segment]]:
        lists = {part: name for part, name in self.lists.items() if name is not None}
        if not lists:
            raise DataError(f"{self.name}: train and test are both null; at least one list is needed")
        paths = {part: inside(self.directory, name, self.name) for part, name in lists.items()}
        return {part: read_segments(path, self._names) for part, path in paths.items()}

    @cached_property
    def _classes(self) -> tuple[str, ...]:
        where = f"{self.name}: classes in {self.directory}"
        if self.parameters.classes is not None:
            names = tuple(self._names.values())
            return tuple(known_class(where, "label", name, names) for name in self.parameters.classes)
        segments = (segment for part in self._segments.values() for segment in part)
        seen = {name for segment in segments for name in segment.labels}
        return tuple(dict.fromkeys(name for name in self._names.values() if name in seen))

    def _file(self, segment: Segment, listed: str) -> str | None:
        audio = self.parameters.audio
        for folder in (f"{audio}/{PurePosixPath(listed).stem}", audio):
            for name in self.parameters.names:
                file = f"{folder}/{segment.file(name)}"
                if inside(self.directory, file, segment.where).is_file():
                    return file
        if self.parameters.missing == "skip":
            return None
        raise DataError(
            f"{segment.where}: no audio file of {segment.ytid!r} in {self.directory / audio} under any of the "
            f"names {', '.join(self.parameters.names)}; missing: skip leaves such segments out"
        )
