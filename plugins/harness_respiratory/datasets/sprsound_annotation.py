"""One annotated recording of SPRSound: its name and its JSON file."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.api import DataError, did_you_mean
from harness_respiratory.datasets.files import read_text

EVENT_TYPES = ("Normal", "Rhonchi", "Wheeze", "Stridor", "Coarse Crackle", "Fine Crackle", "Wheeze+Crackle")
RECORDING_TYPES = ("Normal", "CAS", "DAS", "CAS & DAS", "Poor Quality")
#: The README of the corpus has the second name in its example; the files have the first.
_RECORDING_KEYS = ("record_annotation", "recording_annotation")
_NAME = "patient_age_gender_location_number, as 65058931_3.4_1_p2_1086"


@dataclass(frozen=True)
class Event:
    """An event: ``type`` is one of the seven, times are in seconds."""

    type: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Recording:
    """A recording: ``type`` is one of the five; age in years, gender 0 (male) or 1 (female)."""

    wav: Path
    patient: str
    age: float
    gender: int
    type: str
    events: tuple[Event, ...]


def read_recording(wav: Path, annotation: Path) -> Recording:
    """Read a recording's name and annotation; its sound stays on disk.

    Events keep the times of the file, in or out of the recording: the harness puts a clip whose stretch is empty or
    not in the recording into quarantine, with the clip's name.

    Raises:
        DataError: a name that is not ``patient_age_gender_location_number``; a file that is no JSON object with the
            recording's class and a list of events; an unknown class; a time that is no number.
    """
    patient, age, gender = _parts(wav)
    notes = _object(annotation)
    key = next((key for key in _RECORDING_KEYS if key in notes), None)
    if key is None:
        raise DataError(f"{annotation}: no record_annotation; keys: {', '.join(notes) or 'none'}")
    events = notes.get("event_annotation")
    if not isinstance(events, list):
        raise DataError(f"{annotation}: event_annotation must be a list, found {events!r}")
    return Recording(
        wav=wav,
        patient=patient,
        age=age,
        gender=gender,
        type=_class(f"{annotation}: {key}", notes[key], RECORDING_TYPES),
        events=tuple(_event(f"{annotation}: event {i}", event) for i, event in enumerate(events)),
    )


def _parts(wav: Path) -> tuple[str, float, int]:
    parts = wav.stem.split("_")
    try:
        patient, age, gender, location, number = parts
        years, sex = float(age), int(gender)
    except ValueError:
        raise DataError(f"{wav}: the name is not {_NAME}") from None
    if not (patient and location and number and math.isfinite(years) and years >= 0 and sex in (0, 1)):
        raise DataError(f"{wav}: the name is not {_NAME}: age is 0 or more, gender 0 or 1")
    return patient, years, sex


def _object(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}:{error.lineno}:{error.colno}: not JSON ({error.msg})") from error
    if not isinstance(value, dict):
        raise DataError(f"{path}: a JSON object is expected, found {type(value).__name__}")
    return value


def _event(where: str, event: Any) -> Event:
    if not isinstance(event, dict) or not {"start", "end", "type"} <= event.keys():
        raise DataError(f"{where}: an object with start, end and type is expected, found {event!r}")
    kind = _class(f"{where}: type", event["type"], EVENT_TYPES)
    return Event(kind, *(_seconds(f"{where}: {key}", event[key]) for key in ("start", "end")))


def _seconds(where: str, milliseconds: Any) -> float:
    try:
        value = float(milliseconds)
    except (TypeError, ValueError):
        value = math.nan
    if math.isfinite(value):
        return value / 1000
    raise DataError(f"{where}: {milliseconds!r} is not a time in ms")


def _class(where: str, value: Any, classes: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in classes:
        return value
    raise DataError(f"{where} {value!r}{did_you_mean(str(value), classes)}; allowed: {', '.join(classes)}")
