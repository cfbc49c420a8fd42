"""What a network that learns several tasks wins or loses as a whole."""

from __future__ import annotations

from harness.report import words
from harness.report.blocks import Column, long, number_of, subsection, table, words_of
from harness.report.facts import Facts
from harness.report.markup import Html
from harness.report.reading import flags, strings, text
from harness.report.sections.gains import cell_of, ends

COLUMNS = (
    Column("tasks", lambda row: row["tasks"], names=("tasks",)),
    Column("feature · model · combiner", cell_of),
    Column("placebo", lambda row: "yes" if row["placebo"] else "no"),
    number_of("Δm", "delta_m", words.signed),
    Column("interval", ends, numeric=True, names=("ci_low", "ci_high")),
    number_of("p", "p", words.probability),
    number_of("n", "n", lambda found: words.plain(found, 0)),
    words_of("note", "note"),
)
CAPTION = (
    "Δm of each network: the mean over its tasks of the gain relative to the score alone (Maninis et al. 2019); "
    "0.01 is one per cent. Of a placebo the main task alone counts. One task's loss can hide behind another's "
    "gain, so read the pairs, too."
)


def networks(facts: Facts) -> Html | None:
    """Return the table of Δm; nothing where the study has none."""
    rows = facts.table("delta_m")
    if rows.empty:
        return None
    rows = rows.assign(
        tasks=rows["tasks"].map(strings).map(" + ".join),
        placebo=flags(rows, "placebo"),
        note=rows["note"].map(text),
    )
    shown = table("delta-m", CAPTION, COLUMNS, rows)
    return subsection(
        "networks", "Each network as a whole", long(len(rows), shown, f"All {len(rows)} networks")
    )
