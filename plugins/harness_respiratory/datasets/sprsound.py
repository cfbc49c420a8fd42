"""SPRSound, as released for the BioCAS 2022 challenge."""

from __future__ import annotations

from collections.abc import Iterator

from harness.api import Clip, Dataset, DatasetContext, Task, resolve_directory
from harness_respiratory.datasets.parameters import SprSoundParameters
from harness_respiratory.datasets.sprsound_annotation import (
    EVENT_TYPES,
    RECORDING_TYPES,
    Event,
    Recording,
    read_recording,
)
from harness_respiratory.datasets.sprsound_layout import Part, annotated, check_test, find_layout

EVENT_TASKS = (
    Task(name="event_type", kind="multiclass", classes=EVENT_TYPES, metric="respiratory_score"),
    Task(name="event_binary", kind="binary", classes=("Normal", "Adventitious"), metric="respiratory_score"),
)
RECORDING_TASKS = (
    Task(name="recording_type", kind="multiclass", classes=RECORDING_TYPES, metric="respiratory_score"),
    Task(
        name="recording_ternary",
        kind="multiclass",
        classes=("Normal", "Adventitious", "Poor Quality"),
        metric="respiratory_score",
    ),
)


class SprSound(Dataset):
    """Events (tasks 1-2 and 1-1 of the challenge) or recordings (2-2 and 2-1) of children's lung sounds.

    The normal class is the first of each task, whose primary metric is the challenge's score. Groups are patients; the
    official split is the directories', with both test parts or one. Patients of the test part ``intra`` are in the
    training part by its definition. Poor recordings have no events. Covariates are ``age`` (years) and ``gender`` (0
    male, 1 female). An event's clip is ``<recording>#<place in the file>``.

    Layout: README.md and BioCAS2022/README.md of the repository SJTU-YONGFU-RESEARCH-GRP/SPRSound; Zhang et al. 2022,
    "SPRSound: Open-Source SJTU Paediatric Respiratory Sound Database", IEEE TBioCAS 16(5), 867–881.

    Raises:
        DataError: a directory, recording or annotation is missing, or is not as the layout says. The message names it.
    """

    licence = "as the LICENSE file of the corpus says"
    citation = (
        "Q. Zhang et al., SPRSound: Open-Source SJTU Paediatric Respiratory Sound Database, IEEE Transactions on "
        "Biomedical Circuits and Systems 16(5), 867-881, 2022"
    )
    domain = "medical"

    def __init__(self, parameters: SprSoundParameters, context: DatasetContext) -> None:
        self.parameters = parameters
        start, layout = find_layout(resolve_directory(parameters.path, context.root, "sprsound2022"))
        check_test(start, layout)
        tests: tuple[Part, ...] = ("inter", "intra") if parameters.test == "both" else (parameters.test,)
        self._recordings = [
            ("train" if part == "train" else "test", read_recording(wav, annotation))
            for part in ("train", *tests)
            for wav, annotation in annotated(start, layout, part)
        ]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of the level."""
        return EVENT_TASKS if self.parameters.level == "events" else RECORDING_TASKS

    def clips(self) -> Iterator[Clip]:
        """Iterate the clips: training part, then test part, each in the order of its files' names."""
        for split, recording in self._recordings:
            if self.parameters.level == "recordings":
                yield _clip(recording, split, recording.wav.stem, _recording_labels(recording))
                continue
            for i, event in enumerate(recording.events):
                yield _clip(recording, split, f"{recording.wav.stem}#{i:02d}", _event_labels(event), event)


def _clip(
    recording: Recording, split: str, name: str, labels: dict[str, str], event: Event | None = None
) -> Clip:
    return Clip(
        id=name,
        labels=labels,
        path=recording.wav,
        start_s=None if event is None else event.start_s,
        end_s=None if event is None else event.end_s,
        group=recording.patient,
        groups={"patient": recording.patient, "recording": recording.wav.stem},
        split=split,
        covariates={"age": recording.age, "gender": float(recording.gender)},
    )


def _event_labels(event: Event) -> dict[str, str]:
    binary = "Normal" if event.type == "Normal" else "Adventitious"
    return {"event_type": event.type, "event_binary": binary}


def _recording_labels(recording: Recording) -> dict[str, str]:
    ternary = recording.type if recording.type in ("Normal", "Poor Quality") else "Adventitious"
    return {"recording_type": recording.type, "recording_ternary": ternary}
