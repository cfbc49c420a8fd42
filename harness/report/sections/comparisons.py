"""Combiners, models and features against each other, over tasks."""

from __future__ import annotations

from harness.report import words
from harness.report.blocks import long, note, number_of, subsection, table, words_of
from harness.report.facts import Facts
from harness.report.markup import Html
from harness.report.reading import rows_of, text
from harness.report.sections.gains import marked

TITLE = "Combiners, models and features compared"
COLUMNS = (
    words_of("factor", "factor"),
    words_of("a", "a"),
    words_of("b", "b"),
    words_of("quantity", "quantity"),
    number_of("median of a less b", "median_difference", words.signed),
    number_of("Wilcoxon's statistic", "statistic"),
    number_of("p", "p", words.probability),
    number_of("q", "q", words.probability),
    number_of("tasks", "n_tasks", lambda value: words.plain(value, 0)),
    words_of("note", "note"),
)
CAPTION = (
    "Wilcoxon's signed rank test over tasks: a task counts once, with its mean over what both sides measured. "
    "Gain: what training together adds. Single: the score alone, more is better."
)


def comparisons(facts: Facts) -> Html | None:
    """Return the table of the comparisons; nothing where there is nothing to compare."""
    rows = facts.table("comparisons")
    if rows.empty:
        return None
    different = [row for row in rows_of(rows) if marked(row)]
    said = [f"{text(row['a'])} and {text(row['b'])} ({text(row['quantity'])})" for row in different]
    told = f"Different at q < .05: {words.listing(said)}." if said else "None differs at q < .05."
    shown = table("comparisons", CAPTION, COLUMNS, rows, marked)
    return subsection(
        "comparisons", TITLE, note(told), long(len(rows), shown, f"All {len(rows)} comparisons")
    )
