"""Executors: run units of work somewhere and report what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from harness.records import Parameters

#: The error type of a unit that was lost with a whole machine. That says nothing about the unit, so that it does not
#: count as one of its tries.
NODE_LOST = "NodeLost"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a unit: ``result`` (plain JSON values) when ``done``, otherwise the error."""

    key: str
    status: Literal["started", "done", "failed", "lost"]
    result: dict[str, Any] = field(default_factory=dict)
    error_type: str | None = None
    error: str | None = None
    traceback: str | None = None
    worker: str = ""


class ClusterParameters(Parameters):
    """Base of the parameters of executors whose units run on other machines, with devices of their own."""

    def device(self, asked: str) -> str:
        """Return the device of a unit on its machine, where the study asks for ``asked`` (auto, cpu, cuda …).

        Raises:
            HarnessError: the executor's parameters and the device asked for exclude each other.
        """
        raise NotImplementedError


class Executor:
    """Base of executors. Units are plain JSON values with a ``key``; results travel back as plain JSON values.

    ``lost`` says that the worker died or hung: the unit itself may be innocent, so the scheduler tries it again.
    A unit may be a pack of trainings; an executor treats it as any other. It gives a unit only to a worker that has
    loaded ``function``'s module and called its ``warm_up(context)``, if it has one: time counts from there.
    """

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters

    def start(self, function: str, context: dict[str, Any]) -> None:
        """Start the workers: each imports ``function`` ("package.module:name") and calls it as ``f(unit, context)``."""
        raise NotImplementedError

    @property
    def slots(self) -> int:
        """How many units can run at once."""
        raise NotImplementedError

    def submit(self, unit: dict[str, Any]) -> None:
        """Queue a unit."""
        raise NotImplementedError

    def wait(self, timeout_s: float) -> list[Outcome]:
        """Return what happened, waiting at most ``timeout_s`` for something to happen."""
        raise NotImplementedError

    def cancel(self) -> list[str]:
        """Forget the units that were not started yet; return their keys."""
        raise NotImplementedError

    def stop(self, *, now: bool) -> None:
        """End the workers: at once, or after what they are doing. An executor may be stopped twice."""
        raise NotImplementedError
