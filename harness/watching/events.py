"""The events of ``harness study run --json``: one line of JSON each, with the fields of a model of this module.

Later versions may add events and fields; readers should ignore what they do not know.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["done", "failed", "pruned"]


class Event(BaseModel):
    """What every event has."""

    model_config = ConfigDict(extra="forbid")

    event: str = Field(description="kind of the event")
    at_utc: datetime = Field(description="when it was written, ISO 8601 in UTC")


class Phase(Event):
    """A part of the command begins, or the command has ended (`finished`, `stopped`)."""

    phase: Literal["preparing", "training", "probing", "analysing", "finished", "stopped"] = Field(
        description="what begins"
    )


class Preparing(Event):
    """A step of the preparation of the data begins, or has ended."""

    what: str = Field(description="the step, such as `decode speech`")
    done: int = Field(description="clips done; 0 where it begins, `total` where it has ended")
    total: int = Field(description="clips of the step")


class StudyPlanned(Event):
    """The data are ready, and the plan is known."""

    trainings: int = Field(description="trainings that the study takes, trials and runs")
    done: int = Field(description="trainings that the ledger has already")


class TrainingStarted(Event):
    """A worker began a training."""

    key: str = Field(description="the training's content key (`runs.config_hash`)")
    worker: str = Field(description="the worker, such as `pid 4711`")


class TrainingEnded(Event):
    """A training is done, failed for good, or was pruned."""

    key: str = Field(description="the training's content key")
    status: Status = Field(description="how it ended")
    objective: float | None = Field(description="mean of the tasks' validation scores; null unless done")
    wall_time_s: float | None = Field(description="how long it took, s")
    error: str | None = Field(description="what went wrong, or null")
    worker: str | None = Field(description="the worker that had it last")
    tasks: list[str] = Field(description="the task group")


class TrainingLost(Event):
    """A worker died or hung with a training, or memory was short: it is tried again."""

    key: str = Field(description="the training's content key, or that of the pack it was in")
    trainings: int = Field(description="trainings that were lost together")
    error_type: str | None = Field(description="type of the error")
    error: str | None = Field(description="what went wrong")


class PursuitDone(Event):
    """A cell has all its trials and runs in a fold (in all folds where it is tuned in the first)."""

    cell: str = Field(description="`cells.cell_id`")
    fold: int = Field(description="the fold")


class ProbesPlanned(Event):
    """The trainings have ended, and it is known what else is measured for the predictors."""

    probes: int = Field(description="probes that the study takes")
    done: int = Field(description="probes that the ledger has already")


class ProbeStarted(TrainingStarted):
    """A worker began a probe. The fields are those of `training_started`, with the probe's key."""


class ProbeEnded(TrainingEnded):
    """A probe is done, or failed for good. The fields are those of `training_ended`, with the probe's key."""


class ProbeLost(TrainingLost):
    """A worker died or hung with a probe: it is tried again. The fields are those of `training_lost`."""


class ProbeDone(Event):
    """A probe needs nothing more."""

    probe: str = Field(description="its kind: joint, trunk, similarity, distance")
    fold: int = Field(description="the fold")


class Counted(BaseModel):
    """How many have ended; failed and pruned ones are among them."""

    done: int
    total: int
    failed: int
    pruned: int


class Progress(Event):
    """How far the study is, once a minute."""

    phase: str = Field(description="as in the event `phase`")
    cells: Counted = Field(description="cells: done, total, failed, pruned")
    trials: Counted = Field(description="trials, likewise")
    runs: Counted = Field(description="final runs, likewise")
    trainings: Counted = Field(
        description="trainings, likewise; the best trial's is a run, too, and counts once"
    )
    probes: Counted = Field(description="probes, likewise; total 0 before they are planned")
    left_s: float | None = Field(description="expected time left, s; null while it is not known")
    left_low_s: float | None = Field(description="lower end of its 90 % interval, s")
    left_high_s: float | None = Field(description="upper end of its 90 % interval, s")
    trainings_per_hour: float | None = Field(description="trainings that ended, an hour of this command")
    utilisation: float | None = Field(description="share of the workers' time that went into training")
    failures: int = Field(description="what has failed for good, in all")


class Stopping(Event):
    """The command was asked to stop: it finishes what is running."""


class StudyEnded(Event):
    """The tables are written; this is the last event."""

    directory: str = Field(description="the study's directory")
    report: str | None = Field(description="the report, or null where none was asked for")
    complete: bool = Field(description="whether everything that was asked for has ended")
    failed: int = Field(description="trainings that failed for good")
    exit_code: int = Field(description="the exit code of the command")


#: The events by name, in the order in which a study gives them.
EVENTS: dict[str, type[Event]] = {
    "phase": Phase,
    "preparing": Preparing,
    "study_planned": StudyPlanned,
    "training_started": TrainingStarted,
    "training_ended": TrainingEnded,
    "training_lost": TrainingLost,
    "pursuit_done": PursuitDone,
    "progress": Progress,
    "probes_planned": ProbesPlanned,
    "probe_started": ProbeStarted,
    "probe_ended": ProbeEnded,
    "probe_lost": ProbeLost,
    "probe_done": ProbeDone,
    "stopping": Stopping,
    "study_ended": StudyEnded,
}
