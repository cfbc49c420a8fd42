"""What goes with a gain: correlations and coefficients, with inference that knows that pairs share tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report import words
from harness.report.blocks import Column, figure, folded, note, number_of, section, table, words_of
from harness.report.facts import Facts
from harness.report.figures.forest import forest
from harness.report.markup import Html, tag
from harness.report.reading import numbers, text
from harness.report.sections.gains import ends

if TYPE_CHECKING:
    import pandas as pd

#: So many terms a model are drawn, those with the smallest p first; all are in the table.
DRAWN = 15
#: A longer table is folded away.
LONG = 40
CORRELATIONS = ("pearson", "spearman")

COLUMNS = (
    words_of("term", "term"),
    words_of("model", "model"),
    number_of("estimate", "estimate", words.signed),
    number_of("standard error", "se"),
    words_of("error method", "se_method"),
    Column("interval", ends, numeric=True),
    number_of("p", "p", words.probability),
    number_of("gains", "n", lambda value: words.plain(value, 0)),
    number_of("tasks", "n_tasks", lambda value: words.plain(value, 0)),
    words_of("note", "note"),
)


def regression(facts: Facts) -> Html:
    """Return forest plots of coefficients and correlations, and the whole table."""
    rows, title = facts.table("regressions"), "What goes with a gain"
    if rows.empty:
        return section(
            "regression", title, note("No regression was fitted: there are too few gains, or none.")
        )
    sampled = numbers(rows, "n_tasks").max()
    said = f"Effective sample: {words.count(int(sampled), 'task')}." if sampled == sampled else None
    caption = (
        "Correlations and standardised coefficients of what may tell a gain. A missing number has its "
        "reason in the note."
    )
    common, rows = shared_notes(rows)
    whole = table("regressions", caption, COLUMNS, rows)
    shown = whole if len(rows) <= LONG else folded(f"All {len(rows)} terms", whole)
    is_correlation = rows["model"].map(text).isin(CORRELATIONS)
    return section(
        "regression",
        title,
        tag("p", said) if said else None,
        note("Of every row: ", "; ".join(common), ".") if common else None,
        _drawn(rows[~is_correlation], "standardised coefficient", "forest-coefficients"),
        _drawn(rows[is_correlation], "correlation with the gain", "forest-correlations"),
        shown,
    )


def shared_notes(rows: pd.DataFrame) -> tuple[list[str], pd.DataFrame]:
    """Return the notes that every row has, and the rows without them."""
    notes = [[part for part in text(found).split("; ") if part] for found in rows["note"]]
    common = [part for part in notes[0] if all(part in other for other in notes)] if len(notes) > 1 else []
    own = ["; ".join(part for part in found if part not in common) for found in notes]
    return common, rows.assign(note=own)


def _drawn(rows: pd.DataFrame, label: str, name: str) -> Html | None:
    if rows.empty:
        return None
    chosen = [_smallest(part) for _, part in rows.groupby(rows["model"].map(text), sort=False)]
    import pandas as pd

    frame = pd.concat(chosen).rename(columns={"model": "group", "se_method": "method"})
    left_out = len(rows) - len(frame)
    also = (
        f" The {DRAWN} terms with the smallest p of each model; {left_out} more rows are in the table."
        if left_out
        else ""
    )
    return figure(
        forest(frame, label, name),
        f"{label.capitalize()} with its interval (where there is one), by model; filled: p < .05.{also}",
    )


def _smallest(part: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the ``DRAWN`` terms with the smallest p, in the table's order."""
    p = numbers(part, "p").fillna(2.0).groupby(part["term"].map(text), sort=False).min()
    kept = set(p.sort_values(kind="stable").index[:DRAWN])
    return part[part["term"].map(text).isin(kept)]
