"""The units that a ledger records: plain values that name folders of another place, which are checked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from harness.errors import StudyDirectoryError
from harness.ledgers.reading import Source


def checked(source: Source, key: str, text: str) -> dict[str, Any]:
    """Return a unit whose key is its own, and whose folders are those that its data say.

    Raises:
        StudyDirectoryError: it is damaged, or names another folder.
    """
    try:
        unit: dict[str, Any] = json.loads(text)
        own, data = unit["key"], unit.get("data") or {}
        named = data.get("bank_keys", {})
        paths = {name: PurePath(path) for name, path in data.get("banks", {}).items()}
        others = [PurePath(path) for path in data.get("catalogs", {}).values()]
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise StudyDirectoryError(f"{source.directory}: the unit of {key} is damaged: {error!r}") from error
    wrong = [str(path) for name, path in paths.items() if path.name != named.get(name)]
    wrong += [str(path) for path in [*paths.values(), *others] if ".." in path.parts]
    if own != key or wrong:
        raise StudyDirectoryError(
            f"{source.directory}: the unit of {key} names {wrong[0] if wrong else own}, which is not its own"
        )
    return unit


def same_data(sources: Sequence[Source]) -> None:
    """Check that ledgers were made of the same data.

    Raises:
        StudyDirectoryError: the data of a task are others than in the first ledger that has it.
    """
    known: dict[str, tuple[Source, set[str]]] = {}
    for source in sources:
        for task, hashes in _fingerprints(source).items():
            first, those = known.setdefault(task, (source, hashes))
            if not those & hashes:
                raise StudyDirectoryError(
                    f"{source.directory}: the data of {task} ({', '.join(sorted(hashes))}) are others than in "
                    f"{first.directory} ({', '.join(sorted(those))}), so that these are different studies"
                )


def versions(sources: Sequence[Source]) -> list[str]:
    """Return what to say of plugins whose versions differ between ledgers."""
    known: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for source in sources:
        for unit in _units(source):
            for name, version in unit.get("plugins", {}).items():
                known[name][str(source.directory)].add(version)
    return [
        f"{name}: " + "; ".join(f"{', '.join(sorted(those))} in {place}" for place, those in places.items())
        for name, places in sorted(known.items())
        if len({frozenset(those) for those in places.values()}) > 1
    ]


def _fingerprints(source: Source) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for unit in _units(source):
        for task, value in (unit.get("data") or {}).get("fingerprints", {}).items():
            found[task].add(value)
    return found


def _units(source: Source) -> Iterator[dict[str, Any]]:
    for row in source.rows("trainings", ("key", "unit")):
        yield checked(source, row["key"], row["unit"])
