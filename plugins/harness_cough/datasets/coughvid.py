"""The COUGHVID corpus."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

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
from harness_cough.datasets.parameters import CoughvidParameters

STATUS = ("healthy", "symptomatic", "COVID-19")
#: Kinds of audio files, in the order in which they are taken: converted copies before the originals.
SUFFIXES = (".wav", ".flac", ".ogg", ".webm")
_GENDERS = {"female": 0.0, "male": 1.0, "other": None, "": None}
_COLUMNS = ("uuid", "cough_detected", "SNR", "age", "gender", "status")


class Coughvid(Dataset):
    """The labelled recordings of COUGHVID: a directory of ``<uuid>.webm`` or ``.ogg`` and ``metadata_compiled.csv``.

    Orlandic et al. 2021, "The COUGHVID crowdsourcing dataset" (doi:10.1038/s41597-021-00937-4; zenodo.org, record
    4498364 and later). Task ``status``: healthy, symptomatic, COVID-19. Recordings without a status, or whose
    ``cough_detected`` is below ``min_cough_detected``, are left out. Covariates: ``age`` in years, ``gender``
    (female 0, male 1, else unknown), ``snr_db`` (column ``SNR``). The corpus names no speakers: every recording is its
    own group, and two of one person may stand on both sides of a split.

    The harness's decoder knows Opus in Ogg, but not WebM: ``.webm`` files are to be converted (as by ``ffmpeg -i
    x.webm x.flac``, beside the original); those that are not are put in quarantine one by one.

    Raises:
        DataError: no directory, a damaged CSV, a number, gender or status that is none, a recording without a file;
            the message names the file and the line.
    """

    licence = "CC BY 4.0"
    citation = "Orlandic, Teijeiro & Atienza 2021, Scientific Data 8:156, doi:10.1038/s41597-021-00937-4"
    domain = "medical"

    def __init__(self, parameters: CoughvidParameters, context: DatasetContext) -> None:
        self.parameters = parameters
        directory = resolve_directory(parameters.path, context.root, "coughvid")
        path = directory / parameters.metadata
        used = [recording for recording in _recordings(path) if self._is_used(recording)]
        sizes = Counter(self._age_group(recording) for recording in used)
        smallest = parameters.min_age_group
        self._clips = [
            _clip(directory, recording)
            for recording in used
            if not smallest or (recording.age is not None and sizes[self._age_group(recording)] >= smallest)
        ]
        if not self._clips:
            raise DataError(f"{path}: no recording is left of what the parameters of coughvid allow")

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The one task, ``status``."""
        return (Task(name="status", kind="multiclass", classes=STATUS),)

    def clips(self) -> Iterator[Clip]:
        """Iterate the recordings in the order of the file."""
        return iter(self._clips)

    def _is_used(self, recording: Recording) -> bool:
        return (
            recording.status != ""
            and recording.cough_detected >= self.parameters.min_cough_detected
            and (self.parameters.other_gender or recording.gender != "other")
        )

    def _age_group(self, recording: Recording) -> int | None:
        return None if recording.age is None else int(recording.age // self.parameters.age_group_years)


class Recording:
    """One row of the metadata; an empty cell of a number is ``None``."""

    def __init__(self, where: str, row: Mapping[str, str]) -> None:
        self.where, self.uuid = where, row["uuid"]
        self.status, self.gender = row["status"], row["gender"]
        self.cough_detected = _number(where, "cough_detected", row["cough_detected"]) or 0.0
        self.age, self.snr_db = (_number(where, name, row[name]) for name in ("age", "SNR"))
        if not self.uuid or Path(self.uuid).name != self.uuid:
            raise DataError(f"{where}: uuid {self.uuid!r} is no name of a file")
        for what, value, allowed in (
            ("status", self.status, ("", *STATUS)),
            ("gender", self.gender, tuple(_GENDERS)),
        ):
            if value not in allowed:
                raise DataError(
                    f"{where}: {what} {value!r} is unknown{did_you_mean(value, allowed)}; allowed: "
                    f"{', '.join(name for name in allowed if name)}, or empty"
                )


def _recordings(path: Path) -> list[Recording]:
    found: dict[str, Recording] = {}
    for where, row in read_rows(path, _COLUMNS):
        recording = Recording(where, row)
        if recording.uuid in found:
            raise DataError(f"{where}: uuid {recording.uuid!r} is there twice")
        found[recording.uuid] = recording
    return list(found.values())


def _clip(directory: Path, recording: Recording) -> Clip:
    paths = [directory / f"{recording.uuid}{suffix}" for suffix in SUFFIXES]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise DataError(
            f"{recording.where}: no audio file {directory / recording.uuid} with one of {', '.join(SUFFIXES)}"
        )
    return Clip(
        id=recording.uuid,
        path=path,
        labels={"status": recording.status},
        group=recording.uuid,
        covariates={
            "age": recording.age,
            "gender": _GENDERS[recording.gender],
            "snr_db": recording.snr_db,
        },
    )


def _number(where: str, column: str, cell: str) -> float | None:
    if not cell:
        return None
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    raise DataError(
        f"{where}: {column} {cell!r} is not a finite number; leave it empty where it is not known"
    )
