"""Distributions of the search space ``tuning.space``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_serializer, model_validator

Scalar = bool | int | float | str | None
KINDS = ("log", "uniform", "int", "choice")
FORMS = "{log: [low, high]}, {uniform: [low, high]}, {int: [low, high]}, {choice: [...]}, or a fixed value"


class Distribution(BaseModel):
    """One hyperparameter's values.

    ``{log: [1e-4, 1e-2]}`` is log-uniform, ``{uniform: [0, 0.5]}`` uniform, ``{int: [1, 4]}`` integers (both
    ends included), ``{choice: [16, 32]}`` one of a list; a plain value is fixed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["log", "uniform", "int", "choice", "fixed"]
    low: float | int | None = None
    high: float | int | None = None
    choices: tuple[Scalar, ...] = ()
    value: Scalar = None

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "kind" in value:
            return value
        if isinstance(value, Mapping):
            return _varying(value)
        if isinstance(value, (list, tuple)) or value is None:
            raise ValueError(f"found a {'list' if value else 'missing value'}, expected {FORMS}")
        return {"kind": "fixed", "value": _finite(value)}

    @model_serializer
    def _written(self) -> Any:
        if self.kind == "fixed":
            return self.value
        return {self.kind: list(self.choices) if self.kind == "choice" else [self.low, self.high]}

    @property
    def edges(self) -> tuple[Scalar, ...]:
        """The values that decide whether all values are allowed: both ends, or every choice."""
        if self.kind == "fixed":
            return (self.value,)
        return self.choices if self.kind == "choice" else (self.low, self.high)


def _varying(value: Mapping[str, Any]) -> dict[str, Any]:
    if len(value) != 1 or next(iter(value)) not in KINDS:
        raise ValueError(f"found a mapping with {', '.join(map(str, value)) or 'no keys'}, expected {FORMS}")
    kind, entries = next(iter(value.items()))
    if not isinstance(entries, (list, tuple)):
        raise ValueError(f"found {entries!r} behind {kind}, expected a list")
    return _choice(entries) if kind == "choice" else _range(kind, entries)


def _choice(entries: list[Any] | tuple[Any, ...]) -> dict[str, Any]:
    if not entries or any(isinstance(entry, (list, tuple, Mapping)) for entry in entries):
        raise ValueError("expected choice: [...] with at least one plain value")
    if len({repr(entry) for entry in entries}) < len(entries):
        raise ValueError(f"found a value twice in choice: {list(entries)}")
    return {"kind": "choice", "choices": tuple(_finite(entry) for entry in entries)}


def _range(kind: str, entries: list[Any] | tuple[Any, ...]) -> dict[str, Any]:
    if len(entries) != 2 or not all(_is_number(entry) for entry in entries):
        raise ValueError(f"found {kind}: {list(entries)}, expected two numbers, [low, high]")
    low, high = (_finite(entry) for entry in entries)
    if kind == "int" and not (isinstance(low, int) and isinstance(high, int)):
        raise ValueError(f"found int: {list(entries)}, expected two integers, [low, high]")
    if not low < high:
        raise ValueError(
            f"found {kind}: {list(entries)}, expected low < high; give the value alone to fix it"
        )
    if kind == "log" and low <= 0:
        raise ValueError(f"found log: {list(entries)}, expected 0 < low; a logarithm needs positive numbers")
    number = int if kind == "int" else float
    return {"kind": kind, "low": number(low), "high": number(high)}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"found {value}, expected a finite number")
    return value


#: Searched where a study file says nothing; entries that no component of the study has are left out.
DEFAULT_SPACE: dict[str, Distribution] = {
    "lr": Distribution(kind="log", low=1e-4, high=1e-2),
    "weight_decay": Distribution(kind="log", low=1e-6, high=1e-2),
    "dropout": Distribution(kind="uniform", low=0.0, high=0.5),
}
