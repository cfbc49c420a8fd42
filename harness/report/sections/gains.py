"""Which tasks help each other: heatmaps of the pairs, and every gain with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from harness.report import words
from harness.report.blocks import (
    Column,
    Row,
    figure,
    folded,
    long,
    note,
    number_of,
    optional,
    subsection,
    table,
    value,
    words_of,
)
from harness.report.facts import Q_LEVEL, Facts, slices
from harness.report.figures.colours import rounded_up
from harness.report.figures.heatmap import heatmap
from harness.report.interactive.parts import added, replaced
from harness.report.markup import Content, Html, join, tag
from harness.report.reading import number, numbers, rows_of, text

if TYPE_CHECKING:
    import pandas as pd

#: So many heatmaps are drawn; the others are switched to, and all are in the table.
UNFOLDED = 4
#: What the interactive heatmap shows.
LEGEND = (
    "Each cell: the gain of the main task (row) from its partner (column), half its interval and q where there is "
    "room; * and a frame: q below the level; on the diagonal the score alone. Blue helps, orange harms. Point at a "
    "cell, or walk with the arrow keys, for its interval, q, p and scores."
)
#: What the columns on the right of a heatmap are.
SIDES = (
    " On the right: the mean gain of the main task's placebos, and its noise floor (standard deviation of one "
    "difference alone against alone)."
)
#: A longer table is folded away.
LONG = 200
TITLE = "Gains of pairs"
#: A heatmap of more tasks keeps its size and scrolls; half as many are drawn.
FITS = 14


def ends(row: Row) -> Content:
    """Return the interval of a gain with both ends in full."""
    if number(row["ci_low"]) is None or number(row["ci_high"]) is None:
        return words.NOTHING
    return join("[", value(row["ci_low"], words.signed), ", ", value(row["ci_high"], words.signed), "]")


def rope(row: Row) -> Content:
    """Return the three posterior probabilities beside each other."""
    parts = [value(row[name], words.probability) for name in ROPE]
    return (
        words.NOTHING if set(parts) == {words.NOTHING} else join(parts[0], " / ", parts[1], " / ", parts[2])
    )


ROPE = ("p_rope_below", "p_rope_inside", "p_rope_above")


def cell_of(row: Row) -> str:
    return " · ".join(part for part in (text(row[key]) for key in ("feature", "model", "combiner")) if part)


HEAD = (
    Column("main", lambda row: text(row["main"]), names=("main",)),
    Column("partner", lambda row: row["partner"], names=("partners",)),
    Column("feature · model · combiner", cell_of),
    words_of("metric", "metric"),
    number_of("alone", "single_mean"),
    number_of("together", "group_mean"),
    number_of("gain", "gain", words.signed),
    Column("interval", ends, numeric=True, names=("ci_low", "ci_high")),
    number_of("p", "p", words.probability),
    number_of("q", "q", words.probability),
)
#: What stands beside a gain where the study has it.
BESIDE = {
    "p_holm": number_of("Holm's p", "p_holm", words.probability),
    "placebo_gain": number_of("placebos' gain", "placebo_gain", words.signed),
    "noise_floor": number_of("noise floor", "noise_floor"),
    "capacity_gain": number_of("gain over equal capacity", "capacity_gain", words.signed),
    "error_reduction": number_of("error removed", "error_reduction", words.signed),
}
TAIL = (
    Column("P below / inside / above ROPE", rope, numeric=True, names=ROPE),
    number_of("detectable", "detectable_gain"),
    number_of("n", "n", lambda found: words.plain(found, 0)),
    words_of("note", "note"),
)


def gain_columns(gains: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of a table of gains; those of controls that the study does not have are left out."""
    there = (optional(gains, name, column) for name, column in BESIDE.items())
    return (*HEAD, *(column for found in there for column in found), *TAIL)


def marked(row: Row) -> bool:
    q = number(row["q"])
    return q is not None and q < Q_LEVEL


def gains_table(name: str, caption: str, gains: pd.DataFrame) -> Html:
    return table(name, caption, gain_columns(gains), gains, marked)


def gains(facts: Facts) -> Html:
    """Return the heatmaps and the table of the pairs."""
    pairs, listed = facts.pairs, facts.of_kind(placebo=False, at_most=2)
    if listed.empty:
        return subsection("gains", TITLE, note("No pair was asked for, or none has been analysed."))
    parts = slices(pairs)
    limit = rounded_up(number(pairs[facts.rank].abs().max()) or 0.0)
    n_drawn = UNFOLDED if len({*pairs["main"], *pairs["partner"]}) <= FITS else UNFOLDED // 2
    drawn = [_drawn(facts, place, key, part, limit) for place, (key, part) in enumerate(parts[:n_drawn])]
    confidence = number(facts.setting("analysis", "confidence")) or 0.95
    caption = (
        "Every directed gain of a pair: test score together minus alone, paired over folds and seeds. "
        f"{confidence:.0%} intervals and tests by the corrected t (Nadeau and Bengio 2003); q by Benjamini "
        f"and Hochberg, in bold below {Q_LEVEL:g}. Placebos' gain: the mean gain that the same main task has from "
        "partners with shuffled labels; noise floor: standard deviation of one difference alone against alone, "
        "another seed. Detectable: smallest true gain found with 80 % power."
    )
    whole = gains_table("gains", caption, listed)
    return subsection(
        "gains",
        TITLE,
        replaced(facts, "heatmap", "Heatmap of gains", drawn, _left_out(len(parts) - n_drawn)),
        _legend(facts),
        added(facts, "graph", "Graph of gains, partner to main task", tag("h4", "Who helps whom")),
        long(len(listed), whole, f"All {len(listed)} gains of pairs", LONG),
    )


def _left_out(more: int) -> Html | None:
    """Say which heatmaps are not drawn: a page with all of them would be too large to open."""
    return (
        note(
            f"{words.count(more, 'more heatmap')} of other settings: switch to them with scripts on, or read the table."
        )
        if more > 0
        else None
    )


def _legend(facts: Facts) -> Html | None:
    return tag("p", LEGEND, class_="note only-live") if facts.interactive else None


def _drawn(facts: Facts, place: int, key: tuple[str, str, str], part: pd.DataFrame, limit: float) -> Html:
    title = " · ".join(word for word in key if word)
    singles = {text(row["main"]): number(row["single_mean"]) for row in rows_of(part)}
    beside = _beside(facts, part, key)
    colour = (
        "" if facts.one_scale else " Metrics differ: colours are of the gain relative to the score alone."
    )
    caption = (
        f"{title}: gain of the main task (row) from its partner (column), ± half the interval and q where there "
        f"is room; * and a frame: q < {Q_LEVEL:g}; on the diagonal the score alone. Blue helps, orange harms."
        f"{colour}{SIDES if beside else ''}"
    )
    svg = heatmap(part, facts.tasks, singles, limit, f"heatmap-{place}", facts.rank, beside)
    n_tasks = len({*part["main"], *part["partner"]})
    return folded(title, figure(svg, caption, fits=n_tasks <= FITS), open_=True)


def _beside(
    facts: Facts, part: pd.DataFrame, key: tuple[str, str, str]
) -> list[tuple[str, Mapping[str, float]]]:
    """Return the mean gain of each main's placebos in the setting, and the noise floor of one difference."""
    placebo = numbers(part, "placebo_gain").groupby(part["main"]).mean().dropna()
    noise = facts.noise
    same = (noise["feature"].map(text) == key[0]) & (noise["model"].map(text) == key[1])
    floor = numbers(noise[same], "sd").groupby(noise.loc[same, "task"].map(text)).mean().dropna()
    columns = (("placebos", placebo), ("noise floor", floor))
    return [(title, {str(k): float(v) for k, v in found.items()}) for title, found in columns if len(found)]
