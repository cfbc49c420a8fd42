"""What a check of a data set found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["error", "warning", "fine"]
#: So many clips are named as examples.
EXAMPLES = 5


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``check`` was looked at, and ``found`` is how it is: an ``error`` stops a study, a ``warning`` can spoil its
    result. Both come with an ``advice``; ``clips`` are examples.
    """

    check: str
    level: Level
    found: str
    advice: str = ""
    clips: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def counted(n: int, what: str) -> str:
    """Return ``1 clip`` or ``2 clips``."""
    return f"{n} {what}{'' if n == 1 else 's'}"


def fine(check: str, found: str) -> Finding:
    """Return what is as it should be."""
    return Finding(check=check, level="fine", found=found)


def warning(check: str, found: str, advice: str, clips: Iterable[str] = ()) -> Finding:
    """Return what can spoil a result."""
    return Finding(
        check=check, level="warning", found=found, advice=advice, clips=tuple(map(str, clips))[:EXAMPLES]
    )


def error(check: str, found: str, advice: str, clips: Iterable[str] = ()) -> Finding:
    """Return what stops a study."""
    return Finding(
        check=check, level="error", found=found, advice=advice, clips=tuple(map(str, clips))[:EXAMPLES]
    )
