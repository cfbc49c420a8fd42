"""Which tasks to train together, where that was asked."""

from __future__ import annotations

from harness.report import words
from harness.report.blocks import Column, number_of, section, table, words_of
from harness.report.facts import Facts
from harness.report.markup import Html
from harness.report.reading import is_null, strings
from harness.report.sections.gains import ends

MEASURED = {True: "yes", False: "no: the mean of its pairs"}
COLUMNS = (
    words_of("grouping", "grouping"),
    Column("trained together", lambda row: " + ".join(strings(row["tasks"])) or words.NOTHING),
    Column("of these, served by it", lambda row: " + ".join(strings(row["served"])) or words.NOTHING),
    number_of("sum of their gains", "value", words.signed),
    Column(
        "measured", lambda row: words.NOTHING if is_null(row["measured"]) else MEASURED[bool(row["measured"])]
    ),
    words_of("objective", "objective"),
    number_of("of the whole grouping", "total", words.signed),
    Column("interval", ends, numeric=True),
    words_of("note", "note"),
)
CAPTION = (
    "Networks of the chosen grouping, beside one network for all, one for each task, and groupings at random. The "
    "choice was made by the same gains that it is valued by, so its value is too high rather than too low; the "
    "interval holds the choice fixed."
)


def groupings(facts: Facts) -> Html | None:
    """Return the table of the groupings; nothing where none was asked for."""
    rows = facts.table("groupings")
    if rows.empty:
        return None
    return section("groupings", "Which tasks to train together", table("groupings", CAPTION, COLUMNS, rows))
