"""Gains of groups of three and more tasks, beside the pairs that they are made of."""

from __future__ import annotations

from harness.report import words
from harness.report.blocks import Column, Row, number_of, section, table
from harness.report.facts import Q_LEVEL, Facts
from harness.report.markup import Html
from harness.report.reading import number, rows_of, text
from harness.report.sections.gains import COLUMNS, marked

HEAD, TAIL = COLUMNS[:8], COLUMNS[8:]


def groups(facts: Facts) -> Html | None:
    """Return the table of the larger groups; nothing where there are none."""
    larger = facts.of_kind(placebo=False, at_least=3)
    if larger.empty:
        return None
    keys = ["main", "feature", "model", "combiner"]
    pairs = {
        (*(text(row[key]) for key in keys), row["partner"]): number(row["gain"])
        for row in rows_of(facts.pairs)
    }
    rows = larger.copy()
    rows["pair_mean"] = [_pair_mean(row, keys, pairs) for row in rows_of(larger)]
    caption = (
        "Gains of larger groups; beside each, the mean gain that its main task has from the same partners "
        f"one by one. Bold: q < {Q_LEVEL:g}."
    )
    columns: tuple[Column, ...] = (*HEAD, number_of("mean of its pairs", "pair_mean", words.signed), *TAIL)
    return section("groups", "Larger groups", table("groups", caption, columns, rows, marked))


def _pair_mean(row: Row, keys: list[str], pairs: dict[tuple[str, ...], float | None]) -> float | None:
    found = [pairs.get((*(text(row[key]) for key in keys), partner)) for partner in row["partners"]]
    there = [gain for gain in found if gain is not None]
    return sum(there) / len(there) if there and len(there) == len(found) else None
