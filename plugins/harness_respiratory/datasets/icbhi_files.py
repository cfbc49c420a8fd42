"""The text files of the ICBHI 2017 respiratory sound database."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.api import DataError, did_you_mean
from harness_respiratory.datasets.files import read_fields

DIAGNOSES = (
    "Healthy",
    "URTI",
    "LRTI",
    "Asthma",
    "COPD",
    "Bronchiectasis",
    "Bronchiolitis",
    "Pneumonia",
)
_LOCATIONS = ("Tc", "Al", "Ar", "Pl", "Pr", "Ll", "Lr")
_NAME = "patient_index_location_mode_equipment, as 101_1b1_Al_sc_Meditron"


@dataclass(frozen=True)
class Cycle:
    """A breathing cycle: times in seconds, and whether it has crackles and wheezes."""

    start_s: float
    end_s: float
    crackles: bool
    wheezes: bool


def patient_of(wav: Path) -> str:
    """Return the patient's number of a recording.

    Raises:
        DataError: the name is not ``patient_index_location_mode_equipment``.
    """
    parts = wav.stem.split("_")
    if len(parts) == 5 and parts[0].isdigit() and parts[2] in _LOCATIONS and parts[3] in ("sc", "mc"):
        return parts[0]
    raise DataError(f"{wav}: the name is not {_NAME}; locations: {', '.join(_LOCATIONS)}; modes: sc, mc")


def read_cycles(path: Path) -> tuple[Cycle, ...]:
    """Read a recording's cycles: start, end, crackles (0 or 1) and wheezes a line.

    Raises:
        DataError: no file, no lines, a line of other fields. The message names file and line.
    """
    return tuple(_cycle(where, fields) for where, fields in read_fields(path))


def read_split(path: Path) -> dict[str, str]:
    """Read the official split: recording and ``train`` or ``test`` a line.

    Raises:
        DataError: no file, no lines, a line of other fields, a recording twice.
    """
    split: dict[str, str] = {}
    for where, fields in read_fields(path):
        if len(fields) != 2 or fields[1] not in ("train", "test"):
            raise DataError(
                f"{where}: a recording and train or test are expected, found {' '.join(fields)!r}"
            )
        if fields[0] in split:
            raise DataError(f"{where}: recording {fields[0]} is there twice")
        split[fields[0]] = fields[1]
    return split


def part_of(name: str, split: dict[str, str], where: Path) -> str:
    """Return the part of a recording; one that is under another equipment's name in the list is found as well.

    (The list has 226_1b1_Pl_sc_Meditron, the database 226_1b1_Pl_sc_LittC2SE.)

    Raises:
        DataError: the list does not have the recording.
    """
    if name in split:
        return split[name]
    parts = {part for other, part in split.items() if _place(other) == _place(name)}
    if len(parts) == 1:
        return parts.pop()
    raise DataError(f"{where}: recording {name} is not in the list")


def check_listed(split: dict[str, str], recordings: Iterable[str], where: Path) -> None:
    """Check that the recordings of the list are there.

    Raises:
        DataError: one is not.
    """
    there = {_place(name) for name in recordings}
    for name in split:
        if _place(name) not in there:
            raise DataError(f"{where}: recording {name} is in the list, but {name}.wav is not there")


def _place(name: str) -> str:
    """Return a recording's name without its equipment."""
    return name.rpartition("_")[0]


def read_diagnoses(path: Path) -> dict[str, str]:
    """Read the diagnoses: patient and diagnosis a line, between them a comma or white space.

    Raises:
        DataError: no file, no lines, a line of other fields, an unknown diagnosis.
    """
    diagnoses = {}
    for where, fields in read_fields(path, "," if path.suffix == ".csv" else None):
        if len(fields) != 2 or not fields[0].isdigit():
            raise DataError(f"{where}: a patient and a diagnosis are expected, found {' '.join(fields)!r}")
        if fields[1] not in DIAGNOSES:
            near = did_you_mean(fields[1], DIAGNOSES)
            raise DataError(f"{where}: diagnosis {fields[1]!r}{near}; allowed: {', '.join(DIAGNOSES)}")
        diagnoses[fields[0]] = fields[1]
    return diagnoses


def _cycle(where: str, fields: list[str]) -> Cycle:
    try:
        start, end, crackles, wheezes = (float(field) for field in fields)
    except ValueError:
        start = math.nan
    if not math.isfinite(start) or not math.isfinite(end) or not {crackles, wheezes} <= {0.0, 1.0}:
        found = " ".join(fields)
        raise DataError(f"{where}: start, end, crackles and wheezes (0 or 1) are expected, found {found!r}")
    return Cycle(start, end, bool(crackles), bool(wheezes))
