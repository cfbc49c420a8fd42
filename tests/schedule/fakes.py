"""A study without data: an executor that answers at once, and units that a pursuit can ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from harness.bases.executor import Executor, Outcome
from harness.keys import content_key
from harness.records import Parameters

SPACE = {"lr": {"log": [1e-3, 1e-1]}, "momentum": 0.9}


@dataclass(frozen=True)
class FakeCell:
    """What a pursuit needs of a cell."""

    id: str


class FakeFactory:
    """What a pursuit needs of a unit factory."""

    def __init__(self, trials: int = 4, batch: int = 2, space: dict[str, Any] | None = None) -> None:
        tuning = SimpleNamespace(trials=trials, batch=batch, sampler="tpe", pruner="none")
        self.config = SimpleNamespace(tuning=tuning, evaluation=SimpleNamespace(refit=False))
        self.space = SPACE if space is None else space

    def cell_space(self, cell: FakeCell) -> dict[str, Any]:
        return self.space

    def search_id(self, cell: FakeCell, fold: int) -> str:
        return f"{cell.id}-{fold}"

    def search_seed(self, cell: FakeCell, fold: int) -> int:
        return fold

    def unit(
        self, cell: FakeCell, fold: int, params: dict[str, Any], seed: int, *, final: bool = False
    ) -> dict[str, Any]:
        content = {"cell": cell.id, "fold": fold, "params": params, "seed": seed}
        return {"key": content_key(content), "data": {"tasks": [cell.id]}, **content}


def objective(unit: dict[str, Any]) -> float:
    """The made-up score of a unit: best at lr = 0.01."""
    return -abs(unit["params"]["lr"] - 0.01)


@dataclass
class FakeExecutor(Executor):
    """Answers a unit with what ``answer`` says; ``None`` means that its worker was lost."""

    answer: Callable[[dict[str, Any]], float | Exception | None] = objective
    queue: list[dict[str, Any]] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(Parameters())

    @property
    def slots(self) -> int:
        return 2

    def submit(self, unit: dict[str, Any]) -> None:
        self.queue.append(unit)

    def cancel(self) -> list[str]:
        keys = [unit["key"] for unit in self.queue]
        self.queue.clear()
        return keys

    def wait(self, timeout_s: float) -> list[Outcome]:
        unit = self.queue.pop(0)
        self.done.append(unit)
        return [Outcome(key=unit["key"], status="started", worker="fake"), self._end(unit)]

    def _end(self, unit: dict[str, Any]) -> Outcome:
        value = self.answer(unit)
        if value is None:
            return Outcome(key=unit["key"], status="lost", error_type="WorkerDied", error="gone")
        if isinstance(value, Exception):
            return Outcome(
                key=unit["key"], status="failed", error_type=type(value).__name__, error=str(value)
            )
        result = {"objective": value, "busy_s": 0.0, "wall_time_s": 0.0}
        return Outcome(key=unit["key"], status="done", result=result)


class Silent:
    """A watcher that keeps what it saw."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, Any]]] = []

    def event(self, name: str, payload: dict[str, Any]) -> None:
        self.seen.append((name, payload))
