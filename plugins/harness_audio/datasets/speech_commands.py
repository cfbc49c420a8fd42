"""Speech Commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.api import Clip, DataError, DatasetContext, Task
from harness_audio.datasets.corpus import Corpus
from harness_audio.datasets.corpus_parameters import SpeechCommandsParameters
from harness_audio.datasets.labels import known_class
from harness_audio.datasets.lines import read_lines
from harness_audio.datasets.paths import existing

_NAME = re.compile(r"(?P<speaker>[0-9a-f]+)_nohash_(?P<index>[0-9]+)\.wav")
_LISTS = {"validation": "validation_list.txt", "test": "testing_list.txt"}


class SpeechCommands(Corpus):
    """Spoken words of one second: ``{word}/{speaker}_nohash_{index}.wav``, 16 kHz.

    Layout: README.md of the distribution (``speech_commands_v0.02.tar.gz``; version 0.01 has the same),
    sections "Organization" and "Partitioning": the clips that ``validation_list.txt`` and
    ``testing_list.txt`` name are those parts of the official split, all others are for training. Folders that
    start with "_" (background noise) are no words.

    Task: ``keyword``. A clip's group is its speaker (the hash in the file name), whom the official split
    keeps in one part.

    Raises:
        DataError: a list that is not there or names a file that is not, a clip in two lists, a file of
        another name, or a keyword that is no folder.
    """

    name = "speech_commands"
    licence = "CC BY 4.0"
    citation = (
        "P. Warden, Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition, 2018, "
        "arXiv:1804.03209"
    )
    domain = "speech"

    def __init__(self, parameters: SpeechCommandsParameters, context: DatasetContext) -> None:
        self.keywords = parameters.keywords
        super().__init__(parameters, context)

    def all_tasks(self) -> tuple[Task, ...]:
        return (Task(name="keyword", kind="multiclass", classes=self._words()),)

    def all_clips(self) -> Iterator[Clip]:
        parts = self._parts()
        for word in self._words():
            for file in self.wav_files(f"{word}/*.wav"):
                match = _NAME.fullmatch(file.removeprefix(f"{word}/"))
                if not match:
                    raise DataError(
                        f"{self.directory / file}: the name is not {{speaker}}_nohash_{{index}}.wav"
                    )
                yield Clip(
                    id=file,
                    path=existing(self.directory, file, self.name),
                    labels={"keyword": word},
                    group=match["speaker"],
                    split=parts.get(file, "train"),
                )

    def _words(self) -> tuple[str, ...]:
        found = tuple(
            sorted(
                path.name
                for path in self.directory.iterdir()
                if path.is_dir() and not path.name.startswith(("_", "."))
            )
        )
        if not found:
            raise DataError(f"{self.name}: {self.directory} has no folders of words")
        for word in self.keywords or ():
            known_class(f"{self.name}: keywords in {self.directory}", "keyword", word, found)
        return self.keywords or found

    def _parts(self) -> dict[str, str]:
        """Return file to part, of the files in the lists."""
        parts: dict[str, str] = {}
        for part, name in _LISTS.items():
            for row in read_lines(self.directory / name, ["file"], separator="\n"):
                file = row["file"]
                existing(self.directory, file, row.where)
                if parts.setdefault(file, part) != part:
                    raise DataError(f"{row.where}: {file!r} is in {_LISTS[parts[file]]} too")
        return parts
