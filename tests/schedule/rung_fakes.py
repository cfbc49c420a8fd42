"""Fakes of trainings that can stop at a rung."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from harness.bases.executor import Outcome
from tests.schedule.fakes import FakeExecutor, FakeFactory, objective

EPOCHS = 20


class RungFactory(FakeFactory):
    """Units of trainings of ``EPOCHS`` epochs."""

    def __init__(
        self, pruner: str = "hyperband", epochs: int = EPOCHS, trials: int = 10, batch: int = 4, **more: Any
    ) -> None:
        super().__init__(trials=trials, batch=batch, **more)
        self.config = SimpleNamespace(
            tuning=SimpleNamespace(trials=trials, batch=batch, sampler="random", pruner=pruner),
            training=SimpleNamespace(epochs=epochs),
            evaluation=SimpleNamespace(refit=False),
        )

    def search_id(self, cell: Any, fold: int) -> str:
        return f"{cell.id}-{fold}-{self.config.tuning.pruner}"

    def unit(
        self, cell: Any, fold: int, params: dict[str, Any], seed: int, *, final: bool = False
    ) -> dict[str, Any]:
        unit = super().unit(cell, fold, params, seed, final=final)
        return {**unit, "spec": {"epochs": self.config.training.epochs}}


def course(unit: dict[str, Any]) -> list[float]:
    """What a unit reaches after each epoch: it comes nearer to its objective, the slower the further off it is."""
    final = objective(unit)
    return [final - 1 / (epoch + 1) for epoch in range(1, unit["spec"]["epochs"])] + [final]


@dataclass
class RungExecutor(FakeExecutor):
    """Stops at rungs. A unit fails in epoch ``fails[key]``; it ends by its own rule after epoch ``ends[key]``.

    ``kept`` are the epochs that checkpoints hold, ``epochs`` counts those that were trained.
    """

    fails: dict[str, int] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    epochs: int = 0

    def discard(self, key: str) -> None:
        """Forget a checkpoint."""
        self.kept.pop(key, None)

    def _end(self, unit: dict[str, Any]) -> Outcome:
        key, whole = unit["key"], course(unit)
        stop = unit["spec"].get("stop_epoch")
        whole = whole[: self.ends.get(key, len(whole))]
        until = len(whole) if stop is None else min(stop, len(whole))
        begun = self.kept.get(key, 0)
        self.epochs += max(until - begun, 0)
        if self.fails.get(key, math.inf) <= until:
            return Outcome(key=key, status="failed", error_type="NonFiniteLossError", error="NaN")
        result: dict[str, Any] = {"objective": whole[until - 1], "objectives": whole[:until]}
        if stop is not None and until < len(whole):
            self.kept[key] = until
            result["stop_epoch"] = stop
        return Outcome(key=key, status="done", result=result | {"busy_s": 1.0, "wall_time_s": float(until)})
