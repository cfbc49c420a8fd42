"""The fourth question: do pairs tell about larger groups?"""

from __future__ import annotations

from typing import Any

from harness.report import words
from harness.report.blocks import Column, Row, figure, long, number_of, paragraph, section, table, words_of
from harness.report.facts import Q_LEVEL, Facts
from harness.report.figures.scatter import scatter
from harness.report.interactive.parts import replaced
from harness.report.larger import by_group
from harness.report.markup import Html
from harness.report.questions import LARGER
from harness.report.reading import number, numbers, rows_of, text
from harness.report.sections.gains import cell_of, gain_columns, marked

#: So many groups are named, the best and as many of the worst.
NAMED = 5
STATISTICS = (
    words_of("statistic", "statistic"),
    number_of("value", "value"),
    number_of("p", "p", words.probability),
    number_of("gains", "n", lambda value: words.plain(value, 0)),
    words_of("note", "note"),
)
GROUPS = (
    Column("group", lambda row: row["tasks"]),
    Column("feature · model · combiner", cell_of),
    number_of("mean gain", "gain", words.signed),
    number_of("told by its pairs", "predicted", words.signed),
    number_of("smallest gain of a task", "worst", words.signed),
    number_of("main tasks", "n", lambda value: words.plain(value, 0)),
)
CAPTION = (
    "How well the mean of a main task's gains in pairs (Standley et al. 2020) tells its gain in a larger group. "
    "A main task in a group counts once, with its mean over settings; mae_of_zero: the error of saying that no "
    "group gains."
)


def groups(facts: Facts) -> Html:
    """Return the answer, measured against told, the best and worst groups, and every gain in a larger group."""
    title, said = f"4. {LARGER.title}", paragraph(LARGER.clauses(facts))
    if facts.of_kind(placebo=False, at_least=3).empty:
        return section("groups", title, said)
    judged = facts.table("groups_from_pairs")
    return section(
        "groups",
        title,
        said,
        table("groups-from-pairs", CAPTION, STATISTICS, judged) if len(judged) else None,
        _drawn(facts),
        _ends(facts),
        _every(facts),
    )


def _drawn(facts: Facts) -> Html | None:
    rows = facts.group_predictions
    names = ("predicted", "gain") if facts.one_scale else ("predicted_relative", "gain_relative")
    points = rows.assign(told=numbers(rows, names[0]), measured=numbers(rows, names[1]))
    points = points[points["told"].notna() & points["measured"].notna()]
    if points.empty:
        return None
    unit = "" if facts.one_scale else ", relative to the score alone"
    caption = f"Gain of a main task in a larger group against the mean of its pairs{unit}; the line: equal."
    static = figure(scatter(points, "mean of its pairs", "measured in the group", "scatter-groups"), caption)
    shown = "Scatter of gains measured in larger groups against the mean of their pairs"
    return replaced(facts, "scatter", shown, static)


def _ends(facts: Facts) -> Html | None:
    found = by_group(facts)
    if found.empty:
        return None
    shown = found if len(found) <= 2 * NAMED else found.iloc[[*range(NAMED), *range(-NAMED, 0)]]
    which = "All groups" if len(shown) == len(found) else f"The {NAMED} best and the {NAMED} worst groups"
    unit = "" if facts.one_scale else "; gains relative to the score alone, as metrics differ"
    caption = f"{which} of {len(found)}, the best first: means over their main tasks{unit}."
    return table("best-and-worst", caption, GROUPS, shown)


def _every(facts: Facts) -> Html:
    rows = facts.of_kind(placebo=False, at_least=3)
    told = {_key(row): number(row["predicted"]) for row in rows_of(facts.group_predictions)}
    means: list[Any] = [told.get(_key(row)) for row in rows_of(rows)]
    rows = rows.assign(pair_mean=means)
    columns = gain_columns(rows)
    place = next(i for i, column in enumerate(columns) if column.title == "interval") + 1
    mean = number_of("mean of its pairs", "pair_mean", words.signed)
    caption = (
        "Gains in larger groups; beside each, the mean gain that its main task has from the same partners "
        f"one by one. Bold: q < {Q_LEVEL:g}."
    )
    whole = table("groups", caption, (*columns[:place], mean, *columns[place:]), rows, marked)
    return long(len(rows), whole, f"All {len(rows)} gains in larger groups")


def _key(row: Row | dict[str, Any]) -> tuple[str, ...]:
    setting = (text(row[name]) for name in ("feature", "model", "combiner"))
    return (text(row["main"]), *sorted(row["partners"]), *setting)
