"""RAVDESS: emotional speech and song."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from harness.api import Clip, DataError, DatasetContext, Task
from harness_audio.datasets.corpus import Corpus
from harness_audio.datasets.corpus_parameters import RavdessParameters
from harness_audio.datasets.paths import existing

CHANNELS = {"01": "speech", "02": "song"}
EMOTIONS = {
    "01": "neutral",
    "02": "calm",
    "03": "happy",
    "04": "sad",
    "05": "angry",
    "06": "fearful",
    "07": "disgust",
    "08": "surprised",
}
INTENSITIES = {"01": "normal", "02": "strong"}

_TWO = ("01", "02")
_NAME = re.compile(
    r"03-(?P<channel>0[12])-(?P<emotion>0[1-8])-(?P<intensity>0[12])-(?P<statement>0[12])"
    r"-(?P<repetition>0[12])-(?P<actor>[0-9]{2})\.wav"
)


class Ravdess(Corpus):
    """The audio-only files of RAVDESS: ``Actor_{actor}/03-{channel}-{emotion}-…-{actor}.wav``, 48 kHz.

    Layout: Zenodo record 1188976, section "File naming convention": modality (03 is audio alone), vocal
    channel, emotion, intensity, statement, repetition and actor, two digits each; actors of odd number are
    male. The folders ``Actor_…`` may lie in the directory or in folders of the archives' names. An actor has
    60 recordings of speech (neutral has no strong intensity) and 44 of song (no disgust, no surprise).

    Tasks: ``emotion`` (8 classes; 6 of song alone), ``intensity`` (strong is positive), ``gender`` (male is
    positive). A clip's group is its actor; there is no official split.

    Raises:
        DataError: no recordings, a file of another name or in another actor's folder, or (``complete``) an
        actor of whom some are missing.
    """

    name = "ravdess"
    licence = "CC BY-NC-SA 4.0"
    citation = (
        "S. R. Livingstone, F. A. Russo, The Ryerson Audio-Visual Database of Emotional Speech and Song "
        "(RAVDESS), PLoS ONE 13(5), 2018, doi:10.1371/journal.pone.0196391"
    )
    domain = "speech"

    def __init__(self, parameters: RavdessParameters, context: DatasetContext) -> None:
        self.channels, self.complete = parameters.channels, parameters.complete
        super().__init__(parameters, context)

    def all_tasks(self) -> tuple[Task, ...]:
        codes = {code for channel in self.channels for code in _emotions(channel)}
        emotions = tuple(name for code, name in EMOTIONS.items() if code in codes)
        return (
            Task(name="emotion", kind="multiclass", classes=emotions),
            Task(name="intensity", kind="binary", classes=tuple(INTENSITIES.values())),
            Task(name="gender", kind="binary", classes=("female", "male")),
        )

    def all_clips(self) -> Iterator[Clip]:
        files = {file: self._parse(file) for file in self.wav_files("**/*.wav")}
        if self.complete:
            self._check_complete({PurePosixPath(file).name for file in files})
        for file, code in files.items():
            if CHANNELS[code["channel"]] in self.channels:
                labels = {
                    "emotion": EMOTIONS[code["emotion"]],
                    "intensity": INTENSITIES[code["intensity"]],
                    "gender": "male" if int(code["actor"]) % 2 else "female",
                }
                path = existing(self.directory, file, self.name)
                yield Clip(id=file, path=path, labels=labels, group=code["actor"])

    def _parse(self, file: str) -> re.Match[str]:
        path = PurePosixPath(file)
        match = _NAME.fullmatch(path.name)
        if not match or not 1 <= int(match["actor"]) <= 24:
            raise DataError(
                f"{self.directory / file}: the name is not 03-{{channel}}-{{emotion}}-{{intensity}}-"
                "{statement}-{repetition}-{actor}.wav of audio alone, with the codes of RAVDESS"
            )
        if path.parent.name != f"Actor_{match['actor']}":
            raise DataError(
                f"{self.directory / file}: a file of actor {match['actor']} must be in Actor_{match['actor']}"
            )
        return match

    def _check_complete(self, names: set[str]) -> None:
        seen = {(name[3:5], name[18:20]) for name in names}
        for channel, actor in sorted(seen):
            wanted = _recordings(channel, actor)
            missing = [name for name in wanted if name not in names]
            if missing and CHANNELS[channel] in self.channels:
                raise DataError(
                    f"{self.name}: {len(missing)} of {len(wanted)} recordings of Actor_{actor} are missing in "
                    f"{self.directory} (first: {missing[0]}); complete: false reads what is there"
                )


def _emotions(channel: str) -> tuple[str, ...]:
    return tuple(EMOTIONS)[: 8 if channel == "speech" else 6]


def _recordings(channel: str, actor: str) -> list[str]:
    """Return the names of all recordings of an actor."""
    return [
        f"03-{channel}-{emotion}-{intensity}-{statement}-{repetition}-{actor}.wav"
        for emotion in _emotions(CHANNELS[channel])
        for intensity in (_TWO if emotion != "01" else _TWO[:1])
        for statement in _TWO
        for repetition in _TWO
    ]
