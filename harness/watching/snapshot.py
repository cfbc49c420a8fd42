"""How far a study is, as plain data: what the reader of a ledger fills in and what every view draws."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

#: What a study's command does, in order; ``stopped`` and ``finished`` are how it ended.
PHASES = ("preparing", "training", "probing", "analysing", "finished", "stopped")


@dataclass(frozen=True)
class Count:
    """How many of a kind have ended, of how many the study file asks for. Failed and pruned ones have ended, too."""

    done: int = 0
    total: int = 0
    failed: int = 0
    pruned: int = 0

    @property
    def left(self) -> int:
        """How many have not ended."""
        return max(self.total - self.done, 0)


@dataclass(frozen=True)
class TimeLeft:
    """Seconds that the trainings and probes that are known to be left will take, with an interval of ``level``."""

    seconds: float
    low: float
    high: float
    level: float
    parallelism: float


@dataclass(frozen=True)
class Worker:
    """What a worker does now. ``doing`` is ``trial N``, ``run, seed N`` or ``probe KIND``.

    ``epoch`` of at most ``epochs`` is the last that is known to be whole.
    """

    worker: str
    key: str
    tasks: tuple[str, ...]
    fold: int | None
    doing: str
    since_utc: str | None
    for_s: float
    epoch: int | None = None
    epochs: int | None = None


@dataclass(frozen=True)
class Gain:
    """The mean of a main task's gains so far. It is provisional: of ``n`` differences out of ``expected``."""

    main: str
    partners: tuple[str, ...]
    feature: str
    model: str
    combiner: str | None
    metric: str
    gain: float
    n: int
    expected: int


@dataclass(frozen=True)
class Failure:
    """Something that failed for good: ``kind`` is training, probe, plugin or tracker."""

    kind: str
    unit: str
    what: str
    error_type: str
    error: str
    at_utc: str | None


@dataclass(frozen=True)
class Throughput:
    """How fast the latest command is: ended trainings an hour since its first began, and the workers' utilisation."""

    trainings: int
    elapsed_s: float | None
    per_hour: float | None
    slots: int
    utilisation: float | None


@dataclass(frozen=True)
class Snapshot:
    """A study at one moment. ``writer`` is the command that writes it, or ``None`` when none is running.

    ``elapsed_s`` is since the latest command began, up to now or to its last change. ``step`` says how far the
    preparation of the data is (what, done, total): only the command itself knows that.
    """

    study: str
    directory: str
    at_utc: str
    writer: str | None
    phase: str
    started_at_utc: str | None
    finished_at_utc: str | None
    changed_at_utc: str | None
    elapsed_s: float | None
    cells: Count
    trials: Count
    runs: Count
    trainings: Count
    probes: Count
    time_left: TimeLeft | None
    throughput: Throughput
    workers: tuple[Worker, ...] = ()
    gains: tuple[Gain, ...] = ()
    n_gains: int = 0
    failures: tuple[Failure, ...] = ()
    n_failures: int = 0
    step: tuple[str, int, int] | None = None
    stopping: bool = False

    @property
    def running(self) -> bool:
        """Whether a command writes the study."""
        return self.writer is not None

    @property
    def ended(self) -> bool:
        """Whether nothing more will change unless the study is started again."""
        return self.writer is None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values: mappings, lists, texts and numbers."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain
