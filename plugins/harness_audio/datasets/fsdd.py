"""Free Spoken Digit Dataset."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from harness.api import Clip, DataError, Task
from harness_audio.datasets.corpus import Corpus
from harness_audio.datasets.labels import class_order
from harness_audio.datasets.paths import existing

_NAME = re.compile(r"(?P<digit>[0-9])_(?P<speaker>[a-z]+)_(?P<index>[0-9]+)\.wav")
_LAST_OF_TEST = 4


class Fsdd(Corpus):
    """Spoken English digits: ``recordings/{digit}_{speaker}_{index}.wav``, 8 kHz.

    Layout and official split (indices 0 to 4 are the test part, from 5 on the training part): README.md of
    Jakobovski/free-spoken-digit-dataset, sections "Organization" and "Usage". Every speaker is in both parts
    of the official split: it measures new recordings of known speakers.

    Tasks: ``digit`` (10 classes; no speaker on both sides of a generated split) and ``speaker`` (its group is
    the file). A clip's group is its speaker.

    Raises:
        DataError: no recordings, a file of another name, or an index left out.
    """

    name = "fsdd"
    licence = "CC BY-SA 4.0"
    citation = (
        "Z. Jackson, C. Souza, J. Flaks, Y. Pan, H. Nicolas, A. Thite, Free Spoken Digit Dataset, Zenodo, "
        "doi:10.5281/zenodo.1342401"
    )
    domain = "speech"

    def all_tasks(self) -> tuple[Task, ...]:
        speakers = class_order({speaker for _, speaker, _, _ in self._recordings()})
        digits = tuple(str(digit) for digit in range(10))
        return (
            Task(name="digit", kind="multiclass", classes=digits),
            Task(name="speaker", kind="multiclass", classes=speakers, group="file"),
        )

    def all_clips(self) -> Iterator[Clip]:
        for digit, speaker, index, file in self._recordings():
            yield Clip(
                id=file,
                path=existing(self.directory, file, self.name),
                labels={"digit": digit, "speaker": speaker},
                group=speaker,
                groups={"file": file},
                split="test" if index <= _LAST_OF_TEST else "train",
            )

    def _recordings(self) -> list[tuple[str, str, int, str]]:
        """Return (digit, speaker, index, file), ordered by these."""
        found = sorted(self._parse(file) for file in self.wav_files("recordings/*.wav"))
        indices = defaultdict(set)
        for digit, speaker, index, _ in found:
            indices[digit, speaker].add(index)
        for (digit, speaker), known in indices.items():
            for index in range(max(known)):
                if index not in known:
                    file = f"recordings/{digit}_{speaker}_{index}.wav"
                    raise DataError(
                        f"{self.name}: {file} is missing in {self.directory}, where indices go to {max(known)}"
                    )
        return found

    def _parse(self, file: str) -> tuple[str, str, int, str]:
        match = _NAME.fullmatch(PurePosixPath(file).name)
        if not match:
            raise DataError(f"{self.directory / file}: the name is not {{digit}}_{{speaker}}_{{index}}.wav")
        return match["digit"], match["speaker"], int(match["index"]), file
