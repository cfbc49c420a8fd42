"""The ICBHI 2017 respiratory sound database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.api import Clip, DataError, Dataset, DatasetContext, Task, resolve_directory
from harness_respiratory.datasets.files import first_there, wav_names
from harness_respiratory.datasets.icbhi_files import (
    DIAGNOSES,
    Cycle,
    check_listed,
    part_of,
    patient_of,
    read_cycles,
    read_diagnoses,
    read_split,
)
from harness_respiratory.datasets.parameters import IcbhiParameters

CYCLE_TASKS = (
    Task(
        name="cycle_type",
        kind="multiclass",
        classes=("normal", "crackle", "wheeze", "both"),
        metric="average_score",
    ),
    Task(name="cycle_binary", kind="binary", classes=("normal", "abnormal"), metric="average_score"),
)
_AUDIO = ("ICBHI_final_database", "audio_and_txt_files", "")
_DIAGNOSES = ("ICBHI_Challenge_diagnosis.txt", "patient_diagnosis.csv")


class Icbhi(Dataset):
    """Breathing cycles with crackles, wheezes, both or none, or recordings with their patient's diagnosis.

    The normal (``Healthy``) class is the first of each task; the cycles' primary metric is the challenge's, the mean of
    sensitivity and specificity. Groups are patients; the official split is of recordings,
    and has two patients (156 and 218) in both parts: ``shared_patients: drop`` leaves their test recordings out.
    Diagnoses that no recording has are no classes. A cycle's clip is ``<recording>#<place in the file>``.

    Layout: bhichallenge.med.auth.gr (ICBHI_final_database with a WAV and a text file a recording, beside it
    ICBHI_Challenge_diagnosis.txt and ICBHI_challenge_train_test.txt), or audio_and_txt_files with patient_diagnosis.csv
    as it is passed on; Rocha et al. 2019, doi:10.1088/1361-6579/ab03ea.

    Raises:
        DataError: a directory or file is missing, or is not as the layout says. The message names it.
    """

    licence = "free for research, as the database's page says"
    citation = (
        "B. M. Rocha et al., An open access database for the evaluation of respiratory sound classification "
        "algorithms, Physiological Measurement 40(3), 035001, 2019"
    )
    domain = "medical"

    def __init__(self, parameters: IcbhiParameters, context: DatasetContext) -> None:
        self.parameters = parameters
        self.directory = resolve_directory(parameters.path, context.root, "icbhi2017")
        self.audio = first_there([self.directory / name for name in _AUDIO], "icbhi2017")
        self.recordings = wav_names(self.audio)
        self.patients = {name: patient_of(wav) for name, wav in self.recordings.items()}
        self.split = self._split()
        self.cycles = {name: read_cycles(wav.with_suffix(".txt")) for name, wav in self.recordings.items()}
        self.diagnoses = self._diagnoses() if parameters.level == "recordings" else {}

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of the level."""
        if self.parameters.level == "cycles":
            return CYCLE_TASKS
        there = set(self.diagnoses.values())
        classes = tuple(name for name in DIAGNOSES if name in there)
        return (Task(name="diagnosis", kind="multiclass", classes=classes),)

    def clips(self) -> Iterator[Clip]:
        """Iterate the clips in the order of the recordings' names."""
        for name in self.recordings:
            if self._left_out(name):
                continue
            if self.parameters.level == "recordings":
                yield self._clip(name, name, {"diagnosis": self.diagnoses[name]})
                continue
            for i, cycle in enumerate(self.cycles[name]):
                yield self._clip(name, f"{name}#{i:02d}", _labels(cycle), cycle)

    def _clip(self, name: str, clip: str, labels: dict[str, str], cycle: Cycle | None = None) -> Clip:
        return Clip(
            id=clip,
            labels=labels,
            path=self.recordings[name],
            start_s=None if cycle is None else cycle.start_s,
            end_s=None if cycle is None else cycle.end_s,
            group=self.patients[name],
            groups={"patient": self.patients[name], "recording": name},
            split=self.split.get(name),
        )

    def _split(self) -> dict[str, str]:
        """Return the part of every recording; none without a list."""
        if self.parameters.split_file is None:
            return {}
        path = self._beside(self.parameters.split_file)
        listed = read_split(path)
        check_listed(listed, self.recordings, path)
        return {name: part_of(name, listed, path) for name in self.recordings}

    def _diagnoses(self) -> dict[str, str]:
        """Return the diagnosis of every recording."""
        path = self._beside(*_DIAGNOSES)
        known = read_diagnoses(path)
        for name, patient in self.patients.items():
            if patient not in known:
                raise DataError(f"{path}: patient {patient} (recording {name}) has no diagnosis")
        return {name: known[patient] for name, patient in self.patients.items()}

    def _beside(self, *names: str) -> Path:
        """Return the first of the files that is in the corpus's directory or with its recordings."""
        places = [place / name for name in names for place in (self.directory, self.audio)]
        return first_there(list(dict.fromkeys(places)), "icbhi2017")

    def _left_out(self, name: str) -> bool:
        if self.parameters.shared_patients == "keep" or self.split.get(name) != "test":
            return False
        parts = (
            self.split[other] for other, patient in self.patients.items() if patient == self.patients[name]
        )
        return "train" in parts


def _labels(cycle: Cycle) -> dict[str, str]:
    kind = {(False, False): "normal", (True, False): "crackle", (False, True): "wheeze", (True, True): "both"}
    found = kind[cycle.crackles, cycle.wheezes]
    return {"cycle_type": found, "cycle_binary": "normal" if found == "normal" else "abnormal"}
