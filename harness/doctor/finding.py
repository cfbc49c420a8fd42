"""What a check of the doctor found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Status = Literal["ok", "note", "problem"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``check`` was looked at, and ``found`` is how it is. A ``note`` does not stop a study; a ``problem`` stops those
    that need it. Both come with an ``advice``: what to do.
    """

    check: str
    status: Status
    found: str
    advice: str = ""

    def to_json(self) -> dict[str, str]:
        """Return plain JSON values."""
        return asdict(self)


def ok(check: str, found: str) -> Finding:
    """Return what is as it should be."""
    return Finding(check=check, status="ok", found=found)


def note(check: str, found: str, advice: str) -> Finding:
    """Return what should be known."""
    return Finding(check=check, status="note", found=found, advice=advice)


def problem(check: str, found: str, advice: str) -> Finding:
    """Return what stops the studies that need it."""
    return Finding(check=check, status="problem", found=found, advice=advice)
