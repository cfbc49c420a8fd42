"""The trials, verdicts and final runs of several ledgers as those of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.ledgers.reading import Row, Source

TRIALS = ("search_id", "number", "batch", "cell_id", "fold", "params", "key")
VERDICTS = ("search_id", "number", "epoch", "value", "pruned")
RUNS = ("run_id", "cell_id", "fold", "seed", "params", "key")

Place = tuple[str, int]


@dataclass
class Searches:
    """The rows to write. ``conflicts`` are searches that went another way in a later ledger: the first is kept."""

    trials: list[tuple[Any, ...]] = field(default_factory=list)
    verdicts: list[tuple[Any, ...]] = field(default_factory=list)
    runs: list[tuple[Any, ...]] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


@dataclass
class _Search:
    """One search as it is known so far, and how many of its trials each ledger has that agrees."""

    trials: dict[int, tuple[Any, ...]]
    verdicts: list[tuple[Any, ...]]
    place: Place
    agreeing: dict[int, int]

    def joins(self, trials: dict[int, tuple[Any, ...]], verdicts: list[tuple[Any, ...]]) -> bool:
        """Tell whether this is the same search, begun or gone further."""
        same = all(trials[number] == self.trials[number] for number in trials.keys() & self.trials.keys())
        both = min(len(verdicts), len(self.verdicts))
        return same and verdicts[:both] == self.verdicts[:both]


def join(sources: Sequence[Source]) -> Searches:
    """Put the searches together. Trials are asked in one order everywhere, so that one ledger's are the other's first
    ones, unless a training gave other numbers. A final run is taken from a ledger that has all trials that are known:
    it was chosen among them.
    """
    searches: dict[str, _Search] = {}
    found = Searches()
    for number, source in enumerate(sources):
        verdicts = _by_search(source.rows("verdicts", VERDICTS, "ORDER BY id"))
        for search_id, rows in _by_search(source.rows("trials", TRIALS, "ORDER BY number")).items():
            _add(searches, found.conflicts, search_id, number, rows, verdicts.get(search_id, []))
    for search in searches.values():
        found.trials += search.trials.values()
        found.verdicts += search.verdicts
    found.runs = list(_runs(sources, _owners(searches)))
    return found


def _add(
    searches: dict[str, _Search],
    conflicts: list[str],
    search_id: str,
    number: int,
    rows: list[tuple[Any, ...]],
    verdicts: list[tuple[Any, ...]],
) -> None:
    trials = {row[1]: row for row in rows}
    known = searches.get(search_id)
    if known is None:
        searches[search_id] = _Search(trials, verdicts, (rows[0][3], rows[0][4]), {number: len(trials)})
    elif known.joins(trials, verdicts):
        known.trials |= trials
        known.verdicts = max(known.verdicts, verdicts, key=len)
        known.agreeing[number] = len(trials)
    else:
        conflicts.append(search_id)


def _owners(searches: dict[str, _Search]) -> dict[Place, list[int]]:
    """Return, by cell and fold of a search, the ledgers that have all its trials, in order."""
    owners: dict[Place, list[int]] = {}
    for search in searches.values():
        all_of_it = [number for number, n in search.agreeing.items() if n == len(search.trials)]
        known = owners.setdefault(search.place, [])
        owners[search.place] = sorted({*known, *all_of_it})
    return owners


def _runs(sources: Sequence[Source], owners: dict[Place, list[int]]) -> Iterator[tuple[Any, ...]]:
    """Iterate the final runs, each once; those that were tuned in the first fold belong to that search."""
    there: set[str] = set()
    for number, source in enumerate(sources):
        for row in source.rows("runs", RUNS, "ORDER BY rowid"):
            place, first = (row["cell_id"], row["fold"]), (row["cell_id"], 0)
            if row["run_id"] not in there and number in owners.get(place, owners.get(first, [])):
                there.add(row["run_id"])
                yield tuple(row)


def _by_search(rows: Iterator[Row]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row["search_id"], []).append(tuple(row))
    return found
