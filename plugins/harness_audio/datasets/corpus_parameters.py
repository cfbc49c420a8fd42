"""Parameters of the readers of published corpora; light, because they are read when plugins are listed."""

from __future__ import annotations

from string import Formatter
from typing import Literal

from pydantic import Field, field_validator

from harness.api import Parameters

#: What the name of a segment's audio file may be made of.
SEGMENT_FIELDS = frozenset({"ytid", "start", "end", "start_ms", "end_ms"})


class CorpusParameters(Parameters):
    """Where the corpus is, and which classes are left out."""

    path: str = Field(description="directory of the corpus; a relative one starts at data.root, else here")
    exclude_labels: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="task to classes: clips that have one of them are left out, and the classes as well",
    )


class AsvSpoofParameters(CorpusParameters):
    """Parameters of ``asvspoof2015``."""

    parts: tuple[Literal["train", "validation", "test"], ...] = Field(
        ("train", "validation", "test"), min_length=1, description="which parts of the protocol are read"
    )
    genders: Literal["protocol"] | None = Field(
        "protocol", description="from Joint_ASV_CM_protocol, or null: there is no task gender"
    )


class AudioSetParameters(CorpusParameters):
    """Parameters of ``audioset``."""

    train: str | None = Field("balanced_train_segments.csv", description="list of the training part, or null")
    test: str | None = Field("eval_segments.csv", description="list of the test part, or null")
    labels: str = Field("class_labels_indices.csv", description="table of label identifiers and names")
    audio: str = Field("audio", description="directory of the audio files, in the directory of the corpus")
    names: tuple[str, ...] = Field(
        (
            "{ytid}.wav",
            "Y{ytid}.wav",
            "{ytid}_{start}.wav",
            "{ytid}_{start}_{end}.wav",
            "{ytid}_{start_ms}_{end_ms}.wav",
        ),
        min_length=1,
        description="names that a segment's file may have, the first that is there counts: {ytid} {start} "
        "{end} (whole s) {start_ms} {end_ms}",
    )
    missing: Literal["error", "skip"] = Field(
        "error", description="what becomes of a segment without audio file: videos go offline"
    )
    classes: tuple[str, ...] | None = Field(
        None, description="names of the labels to keep (default: all that segments have)"
    )

    @field_validator("names")
    @classmethod
    def _fields_are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            found = {field for _, field, _, _ in Formatter().parse(name) if field is not None}
            if not found or found - SEGMENT_FIELDS:
                raise ValueError(
                    f"name {name!r} has the fields {sorted(found)}; allowed: {sorted(SEGMENT_FIELDS)}, one or more"
                )
        return names


class SoundEventsParameters(CorpusParameters):
    """Parameters of ``dcase2017_events``."""

    segment_s: float = Field(1.0, gt=0, description="length of a segment, s; a shorter rest is left out")


class FsdKaggleParameters(CorpusParameters):
    """Parameters of ``fsdkaggle2018``."""

    verified_only: bool = Field(
        False, description="leave out training clips whose label nobody has checked (manually_verified 0)"
    )


class RavdessParameters(CorpusParameters):
    """Parameters of ``ravdess``."""

    channels: tuple[Literal["speech", "song"], ...] = Field(
        ("speech",), min_length=1, description="vocal channels: speech, song, or both"
    )
    complete: bool = Field(True, description="refuse an actor of whom recordings are missing")


class SpeechCommandsParameters(CorpusParameters):
    """Parameters of ``speech_commands``."""

    keywords: tuple[str, ...] | None = Field(
        None, description="the words to keep, in the order of the logits (default: all, sorted)"
    )
