"""What failed, and which clips were left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report import words
from harness.report.blocks import Column, folded, note, number_of, section, table, words_of
from harness.report.facts import Facts
from harness.report.markup import Html, tag
from harness.report.reading import text

if TYPE_CHECKING:
    import pandas as pd

LONG = 30

FAILURES = (
    words_of("unit", "unit"),
    words_of("kind", "kind"),
    words_of("error", "error_type"),
    words_of("message", "error"),
    number_of("attempts", "attempts", lambda value: words.plain(value, 0)),
    Column(
        "traceback",
        lambda row: (
            folded("show", tag("pre", text(row["traceback"]))) if text(row["traceback"]) else words.NOTHING
        ),
    ),
)
CELLS = (
    Column("tasks", lambda row: " + ".join(row["tasks"])),
    words_of("feature", "feature"),
    words_of("model", "model"),
    words_of("combiner", "combiner"),
    words_of("status", "status"),
    number_of("runs done", "n_runs", lambda value: words.plain(value, 0)),
)
QUARANTINE = (words_of("data set", "dataset"), words_of("clip", "clip"), words_of("reason", "reason"))


def trouble(facts: Facts) -> Html:
    """Return failures, cells that are not done, and quarantined clips; it says so where there are none."""
    from harness.report.reading import strings

    failures, quarantine = facts.table("failures"), facts.table("quarantine")
    cells = facts.table("cells")
    missing = cells[cells["status"].map(text) != "done"].copy()
    missing["tasks"] = missing["tasks"].map(strings)
    return section(
        "trouble",
        "Failures and clips left out",
        _part("failures", "Everything that failed, with its error.", "Nothing failed.", FAILURES, failures),
        _part(
            "missing-cells", "Cells that are not done.", "Every cell in the tables is done.", CELLS, missing
        ),
        _part(
            "quarantine",
            f"Clips left out of every split{_per_dataset(quarantine)}.",
            "No clip was left out.",
            QUARANTINE,
            quarantine,
        ),
    )


def _part(name: str, caption: str, none: str, columns: tuple[Column, ...], rows: pd.DataFrame) -> Html:
    if rows.empty:
        return note(none)
    whole = table(name, caption, columns, rows)
    return whole if len(rows) <= LONG else folded(f"{len(rows):,} rows: {caption}", whole)


def _per_dataset(quarantine: pd.DataFrame) -> str:
    counts = quarantine["dataset"].map(text).value_counts(sort=False)
    return f" ({', '.join(f'{dataset}: {n}' for dataset, n in counts.items())})" if len(counts) else ""
