"""When a unit has taken too long: so long that its worker must be taken for hung."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Without a limit of its own, a unit may take this many times as long as the longest that is done.
TIMES_THE_LONGEST = 20.0
#: … and never less than this, s.
AT_LEAST_S = 600.0


@dataclass
class _Watched:
    began: float
    since: float
    sign: float


class TimeLimit:
    """Tells which units have taken too long.

    With ``fixed_s`` (``compute.timeout_s``) a unit may take that long, whatever it does. Without it, a unit is taken
    for hung when nothing was seen of it for 20 times as long as the longest unit that is done, and at least 10 minutes.
    A new checkpoint is such a sign of life, so that a training that is only longer than its peers goes on.
    ``checkpoints`` is the folder of the checkpoints' folders, by training key; without it the end is the only sign.
    """

    def __init__(self, fixed_s: float | None, checkpoints: Path | None = None) -> None:
        self._fixed_s, self._checkpoints = fixed_s, checkpoints
        self._longest_s = 0.0
        self._watched: dict[str, _Watched] = {}

    @property
    def seconds(self) -> float:
        """How long a unit may take without a sign of life, s."""
        return (
            self._fixed_s
            if self._fixed_s is not None
            else max(AT_LEAST_S, TIMES_THE_LONGEST * self._longest_s)
        )

    def begin(self, unit: Mapping[str, Any]) -> None:
        """A worker has begun a unit."""
        now = time.monotonic()
        self._watched[unit["key"]] = _Watched(now, now, self._newest(unit))

    def end(self, unit: Mapping[str, Any], *, done: bool) -> None:
        """A unit has ended; one that is ``done`` tells how long units take."""
        watched = self._watched.pop(unit["key"], None)
        if watched is not None and done:
            self._longest_s = max(self._longest_s, time.monotonic() - watched.began)

    def passed(self, unit: Mapping[str, Any]) -> str | None:
        """Return what to say of a unit that has taken too long, or ``None`` for one that has not."""
        watched = self._watched.get(unit["key"])
        if watched is None or time.monotonic() - watched.since <= self.seconds:
            return None
        if self._fixed_s is not None:
            return f"the unit took longer than compute.timeout_s ({self._fixed_s:g} s)"
        sign = self._newest(unit)
        if sign != watched.sign:
            watched.since, watched.sign = time.monotonic(), sign
            return None
        return (
            f"nothing was seen of the unit for {self.seconds:.0f} s ({TIMES_THE_LONGEST:g} times the longest that is "
            f"done, at least {AT_LEAST_S:.0f} s); compute.timeout_s sets another limit"
        )

    def _newest(self, unit: Mapping[str, Any]) -> float:
        """Return when the newest checkpoint of a unit, or of a pack's units, was written; 0 where there is none."""
        if self._checkpoints is None or self._fixed_s is not None:
            return 0.0
        folders = [self._checkpoints / str(one["key"]) for one in unit.get("pack", [unit])]
        return max((folder.stat().st_mtime for folder in folders if folder.is_dir()), default=0.0)
