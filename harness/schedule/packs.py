"""Packs: trainings of equal shapes that one worker trains together, formed from the units that wait.

A pack is a unit too: ``{"key": …, "pack": [units]}``. The ledger knows nothing of packs: each training keeps its row.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from harness.keys import content_key

Unit = dict[str, Any]
#: Returns a key that is equal for units that may be in one pack, or ``None`` for one that must be alone.
PackKey = Callable[[Unit], str | None]


class Packs:
    """The units that wait for a worker, first come, first served; those that fit the first one may go with it."""

    def __init__(self, most: int = 1, key_of: PackKey | None = None) -> None:
        self.most = most
        self._key_of = key_of
        self._groups: dict[str, deque[Unit]] = {}  # in the order of their first units

    def __len__(self) -> int:
        return sum(len(group) for group in self._groups.values())

    def add(self, unit: Unit) -> None:
        """A unit waits."""
        key = self._key_of(unit) if self._key_of is not None and self.most > 1 else None
        self._groups.setdefault(key or f"alone {unit['key']}", deque()).append(unit)

    def take(self, idle: int = 1) -> Unit:
        """Return the next unit or pack; where several workers are idle, its group is shared out among them."""
        key, group = next(iter(self._groups.items()))
        size = min(self.most, math.ceil(len(group) / max(1, idle)))
        units = [group.popleft() for _ in range(size)]
        del self._groups[key]
        if group:
            self._groups[key] = group  # behind the others, which have waited longer
        return as_unit(units)

    def clear(self) -> list[str]:
        """Forget every unit; return their keys."""
        keys = [unit["key"] for group in self._groups.values() for unit in group]
        self._groups.clear()
        return keys


def as_unit(units: Sequence[Unit]) -> Unit:
    """Return one unit as it is, or a pack of several."""
    if len(units) == 1:
        return units[0]
    return {"key": content_key([unit["key"] for unit in units]), "pack": list(units)}


def members_of(unit: Unit) -> list[Unit]:
    """Return the trainings of a unit: those of a pack, or the unit itself."""
    found: list[Unit] = unit.get("pack", [unit])
    return found


def halves(units: Sequence[Unit]) -> list[Unit]:
    """Return the units (at least one) as two packs, or as one unit where there is one."""
    middle = (len(units) + 1) // 2
    return [as_unit(part) for part in (units[:middle], units[middle:]) if part]


def population_key(registry: Any) -> PackKey:
    """Return what tells which trainings can be members of one population."""
    from harness.train.population import pack_key, why_not
    from harness.train.types import RunSpec

    def key_of(unit: Unit) -> str | None:
        spec = RunSpec.from_json(unit["spec"])
        if why_not(spec, registry) is not None:
            return None
        return pack_key(spec, _input_shape(next(iter(unit["data"]["banks"].values()))))

    return key_of


@lru_cache(maxsize=1024)
def _input_shape(bank: str) -> tuple[int, int, int]:
    from harness.data.bank import open_bank

    return open_bank(Path(bank), memory_gb=0).input_shape
