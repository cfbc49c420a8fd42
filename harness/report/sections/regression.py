"""What goes with a gain: correlations and coefficients, with inference that knows that pairs share tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report import words
from harness.report.blocks import (
    Column,
    figure,
    folded,
    note,
    number_of,
    optional,
    subsection,
    table,
    words_of,
)
from harness.report.facts import Facts
from harness.report.figures.forest import forest
from harness.report.interactive.parts import replaced
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
LOGISTIC = "logistic"
#: How errors and models are to be believed, for the reader.
EXPLAINED = (
    "Pairs share tasks. Errors of HC3 take pairs for independent and are too small for what belongs to a task; "
    "two-way errors know that pairs share their main or their partner, dyadic ones that any two pairs may share a "
    "task; the mixed model gives main tasks and partners effects of their own; permutations (of correlations, and "
    "mrqap) move whole tasks. Where they differ, believe the more cautious one. The smallest of many p values is "
    "small by chance."
)

HEAD = (
    words_of("term", "term"),
    words_of("model", "model"),
    number_of("estimate", "estimate", words.signed),
    number_of("standard error", "se"),
    words_of("error method", "se_method"),
    Column("interval", ends, numeric=True, names=("ci_low", "ci_high")),
    number_of("p", "p", words.probability),
)
TAIL = (
    number_of("gains", "n", lambda value: words.plain(value, 0)),
    number_of("tasks", "n_tasks", lambda value: words.plain(value, 0)),
    words_of("note", "note"),
)
FREEDOM = number_of("df", "df", lambda value: words.plain(value, 0))


def regression(facts: Facts) -> Html:
    """Return forest plots of coefficients and correlations, and the whole table."""
    rows, title = facts.table("regressions"), "What goes with a gain"
    if rows.empty:
        return subsection(
            "regression", title, note("No regression was fitted: there are too few gains, or none.")
        )
    caption = (
        "Correlations and standardised coefficients of what may tell a gain. A missing number has its "
        "reason in the note."
    )
    common, rows = shared_notes(rows)
    whole = table("regressions", caption, (*HEAD, *optional(rows, "df", FREEDOM), *TAIL), rows)
    shown = whole if len(rows) <= LONG else folded(f"All {len(rows)} terms", whole)
    is_correlation = rows["model"].map(text).str.startswith(CORRELATIONS)
    is_logistic = rows["model"].map(text).str.startswith(LOGISTIC)
    return subsection(
        "regression",
        title,
        tag("p", _sample(rows)),
        note(EXPLAINED),
        note("Of every row: ", "; ".join(common), ".") if common else None,
        replaced(
            facts,
            "forest",
            "Forest plot of the regression, a model at a time, with all error methods",
            _drawn(rows[~is_correlation & ~is_logistic], "standardised coefficient", "forest-coefficients"),
            _drawn(rows[is_logistic], "log odds of a positive gain", "forest-signs"),
            _drawn(rows[is_correlation], "correlation with the gain", "forest-correlations"),
        ),
        shown,
    )


def _sample(rows: pd.DataFrame) -> str | None:
    """Return how many tasks there were, and what correlation so many could have shown."""
    sampled = numbers(rows, "n_tasks").max()
    if sampled != sampled:
        return None
    said = f"Effective sample: {words.count(int(sampled), 'task')}."
    if "detectable_correlation" not in rows.columns:
        return said
    least = numbers(rows, "detectable_correlation").min()
    if least != least:
        return said
    return (
        f"{said} So few show a correlation of a task's value with its mean gain only from {words.plain(least, 2)} "
        "on (80 % power)."
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
