"""What a benchmark gives back: what was measured, the figures that follow, and whether they reach their targets."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import describe_machine

#: Where results are kept, one file a benchmark and device.
DIRECTORY = Path(__file__).parent / "results"


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """A quantity measured several times, one value a round, in ``unit``."""

    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.values)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure that is claimed: its median over the rounds, its spread (lowest and highest round), its target.

    At most one of ``at_least`` and ``at_most`` is given; a figure with neither is for information.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str = "×"
    at_least: float | None = None
    at_most: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; ``None`` where there is none."""
        if self.at_least is not None:
            return self.value >= self.at_least
        if self.at_most is not None:
            return self.value <= self.at_most
        return None

    @property
    def target(self) -> str:
        """The target as text, empty where there is none."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g} {self.unit}"
        return "" if self.at_most is None else f"≤ {self.at_most:g} {self.unit}"


def figure(
    name: str,
    measured: Measurement,
    *,
    over: Measurement | None = None,
    unit: str | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """Return the figure of a measurement, or of its ratio ``over`` another one, taken round by round.

    Rounds of a ratio are paired, because what else the machine does changes from round to round. Raises
    ``ValueError`` where two measurements have different numbers of rounds.
    """
    values: Sequence[float] = measured.values
    if over is not None:
        values = [a / b for a, b in zip(measured.values, over.values, strict=True)]
    return Figure(
        name=name, value=statistics.median(values), low=min(values), high=max(values),
        unit=unit if unit is not None else "×" if over is not None else measured.unit,
        at_least=at_least, at_most=at_most,
    )  # fmt: skip


@dataclass(kw_only=True)
class Result:
    """One benchmark on one device. ``device`` is ``cpu`` or the accelerator's name (:func:`device_label`).

    ``settings`` are what decides the work (sizes, counts), ``notes`` what a reader must know beside the figures: what
    was not run, and why.
    """

    name: str
    title: str
    device: str
    figures: list[Figure]
    measurements: list[Measurement] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    quick: bool = False
    machine: dict[str, Any] = field(default_factory=describe_machine)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; what can be derived (medians, whether targets are reached) is in them too."""
        values = asdict(self)
        for entry, one in zip(values["figures"], self.figures, strict=True):
            entry["reached"] = one.reached
        for entry, measured in zip(values["measurements"], self.measurements, strict=True):
            entry["median"] = measured.median
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Result:
        """Rebuild what :meth:`to_json` gave."""
        figures = [Figure(**_without(entry, "reached")) for entry in values["figures"]]
        measurements = [
            Measurement(**(_without(entry, "median") | {"values": tuple(entry["values"])}))
            for entry in values["measurements"]
        ]
        return cls(**(values | {"figures": figures, "measurements": measurements}))


def write(result: Result, directory: Path = DIRECTORY) -> Path:
    """Write ``<name>-<device>.json``, and return its path. A quick result goes to ``<name>-<device>-quick.json``."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{result.name}-{result.device}{'-quick' if result.quick else ''}.json"
    path.write_text(json.dumps(result.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read(directory: Path = DIRECTORY) -> list[Result]:
    """Return all results that are kept but the quick ones, by name and device."""
    paths = sorted(path for path in directory.glob("*.json") if not path.stem.endswith("-quick"))
    return [Result.from_json(json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def _without(entry: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != name}
