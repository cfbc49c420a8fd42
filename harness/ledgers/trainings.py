"""Which ledger each training is taken from: by its content key, the one that came furthest; then the first named."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.errors import StudyDirectoryError
from harness.ledgers.reading import Source

#: A state that is further wins.
RANK = {"done": 4, "pruned": 3, "failed": 2, "running": 1, "pending": 1}
#: What of a result says where and how fast it was made, or is written beside it.
BESIDE = ("wall_time_s", "busy_s", "engine", "device", "confusions")
KEY = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Different:
    """A training (or probe) that is done in two ledgers with different results: the first named is kept."""

    key: str
    kept: int
    other: int
    objectives: tuple[float | None, float | None]


@dataclass
class Chosen:
    """The source of every key (its number), keys that several have, and those whose results differ."""

    source: dict[str, int] = field(default_factory=dict)
    several: set[str] = field(default_factory=set)
    different: list[Different] = field(default_factory=list)
    done_in: dict[str, list[int]] = field(default_factory=dict)


def choose(sources: Sequence[Source], table: str) -> Chosen:
    """Choose for ``trainings`` or ``probes``.

    Raises:
        StudyDirectoryError: a ledger names something that is no content key, or a state that there is not.
    """
    chosen = Chosen()
    best: dict[str, tuple[int, int]] = {}
    for number, source in enumerate(sources):
        for key, rank in _ranked(source, table):
            chosen.several |= {key} & best.keys()
            if key not in best or rank > best[key]:
                best[key], chosen.source[key] = rank, number
            if rank[0] == RANK["done"]:
                chosen.done_in.setdefault(key, []).append(number)
    for key, numbers in chosen.done_in.items():
        first, *others = numbers
        chosen.different += [
            found for other in others if (found := _different(sources, table, key, first, other)) is not None
        ]
    return chosen


def _ranked(source: Source, table: str) -> Iterator[tuple[str, tuple[int, int]]]:
    reached = {row["key"]: row["objectives"] for row in source.rows("reached", ("key", "objectives"))}
    for row in source.rows(table, ("key", "status")):
        key, status = row["key"], row["status"]
        if not isinstance(key, str) or not KEY.fullmatch(key) or status not in RANK:
            raise StudyDirectoryError(
                f"{source.directory}: its ledger names {key!r} ({status!r}) in {table}; a content key is 24 "
                f"hexadecimal digits, a state is one of {', '.join(RANK)}"
            )
        yield key, (RANK[status], reached[key].count(",") if key in reached else -1)


def _different(sources: Sequence[Source], table: str, key: str, kept: int, other: int) -> Different | None:
    blobs = [_blob(sources[number], table, key) for number in (kept, other)]
    if blobs[0] == blobs[1]:
        return None
    left, right = (_result(blob, sources[kept], key) for blob in blobs)
    if _decisive(left) == _decisive(right):
        return None
    return Different(key, kept, other, (left.get("objective"), right.get("objective")))


def _blob(source: Source, table: str, key: str) -> bytes | None:
    row = next(source.rows(table, ("result",), "WHERE key = ?", key))
    return None if row["result"] is None else bytes(row["result"])


def _result(blob: bytes | None, source: Source, key: str) -> dict[str, Any]:
    try:
        return {} if blob is None else dict(json.loads(zlib.decompress(blob)))
    except (ValueError, TypeError, zlib.error) as error:
        raise StudyDirectoryError(f"{source.directory}: the result of {key} is damaged: {error}") from error


def _decisive(result: dict[str, Any]) -> str:
    """Return what decides, as text: a NaN is equal to itself there."""
    return json.dumps({name: value for name, value in result.items() if name not in BESIDE}, sort_keys=True)
