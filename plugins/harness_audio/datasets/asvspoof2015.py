"""ASVspoof 2015: genuine and spoofed speech."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from harness.api import Clip, DataError, DatasetContext, Task
from harness_audio.datasets.corpus import Corpus
from harness_audio.datasets.corpus_parameters import AsvSpoofParameters
from harness_audio.datasets.labels import class_order, known_class
from harness_audio.datasets.lines import read_lines
from harness_audio.datasets.paths import existing
from harness_audio.datasets.table import Row

_COLUMNS = ("speaker", "file", "method", "kind")
_PROTOCOLS = {
    "train": "CM_protocol/cm_train.trn",
    "validation": "CM_protocol/cm_develop.ndx",
    "test": "CM_protocol/cm_evaluation.ndx",
}
_GENDERS = ("female", "male")
_KINDS = ("human", "spoof")
_METHODS = ("human", *(f"S{number}" for number in range(1, 11)))


class AsvSpoof2015(Corpus):
    """Speech of 106 speakers, genuine or made by ten methods of synthesis and conversion, 16 kHz.

    Layout: Edinburgh DataShare 10283/853: protocols ``CM_protocol/cm_train.trn``, ``cm_develop.ndx`` and
    ``cm_evaluation.ndx`` (some copies add ".txt") with lines [speaker] [file] [method: human, S1 to S10]
    [human or spoof]; audio ``wav/{speaker}/{file}.wav``; and
    ``Joint_ASV_CM_protocol/ASV_{gender}_enrolment.ndx``, a line a speaker: the speaker, a comma, and files.

    Tasks: ``spoof`` (spoof is positive; official split into train, development and evaluation part, whose
    speakers differ), ``speaker`` (of human speech alone; its group is the file, and it has no official split,
    because no speaker is in two parts) and ``gender`` (male is positive; of the speakers that are
    enrolled, none of them in the training part: take generated splits). A clip's group is its speaker.

    Raises:
        DataError: a protocol that is not there, a malformed line, an unknown method or kind, a method that
        does not go with the kind, a speaker in the lists of two genders, or a file that is not there.
    """

    name = "asvspoof2015"
    licence = "as the licence file of the distribution says (Edinburgh DataShare 10283/853)"
    citation = (
        "Z. Wu, T. Kinnunen, N. Evans, J. Yamagishi, C. Hanilçi, M. Sahidullah, A. Sizov, ASVspoof 2015: the "
        "First Automatic Speaker Verification Spoofing and Countermeasures Challenge, Interspeech 2015, "
        "pages 2037-2041"
    )
    domain = "speech"

    def __init__(self, parameters: AsvSpoofParameters, context: DatasetContext) -> None:
        self.parts, self.genders = parameters.parts, parameters.genders
        super().__init__(parameters, context)

    def all_tasks(self) -> tuple[Task, ...]:
        speakers = class_order({row["speaker"] for _, row in self._rows if row["kind"] == "human"})
        gender = Task(name="gender", kind="binary", classes=_GENDERS)
        return (
            Task(name="spoof", kind="binary", classes=_KINDS),
            Task(name="speaker", kind="multiclass", classes=speakers, group="file"),
            *((gender,) if self.genders else ()),
        )

    def all_clips(self) -> Iterator[Clip]:
        genders = self._genders() if self.genders else {}
        for part, row in self._rows:
            file = f"wav/{row['speaker']}/{row['file']}.wav"
            human = row["kind"] == "human"
            labels = {"spoof": row["kind"], "speaker": row["speaker"] if human else None}
            if self.genders:
                labels["gender"] = genders.get(row["speaker"])
            yield Clip(
                id=file,
                path=existing(self.directory, file, row.where),
                labels=labels,
                group=row["speaker"],
                groups={"file": file},
                split=part,
            )

    @cached_property
    def _rows(self) -> list[tuple[str, Row]]:
        """Return (part, line) of all protocols."""
        paths = {part: self.first_of(_PROTOCOLS[part], f"{_PROTOCOLS[part]}.txt") for part in self.parts}
        return [(part, _checked(row)) for part, path in paths.items() for row in read_lines(path, _COLUMNS)]

    def _genders(self) -> dict[str, str]:
        """Return speaker to gender, of the speakers that are enrolled."""
        found: dict[str, str] = {}
        for gender in _GENDERS:
            name = f"Joint_ASV_CM_protocol/ASV_{gender}_enrolment.ndx"
            for row in read_lines(self.first_of(name, f"{name}.txt"), ["line"], separator="\n"):
                speaker = row["line"].split(",")[0].strip()
                if found.setdefault(speaker, gender) != gender:
                    raise DataError(f"{row.where}: speaker {speaker!r} is in the lists of two genders")
        return found


def _checked(row: Row) -> Row:
    kind = known_class(row.where, "kind", row["kind"], _KINDS)
    method = known_class(row.where, "method", row["method"], _METHODS)
    if (method == "human") != (kind == "human"):
        raise DataError(f"{row.where}: method {method!r} does not go with {kind!r}")
    return row
