"""What a partner without information gives, and what chance alone gives: the measure of every gain above."""

from __future__ import annotations

from harness.report import words
from harness.report.blocks import Row, figure, note, number_of, section, table, words_of
from harness.report.facts import Facts
from harness.report.figures.strip import strip
from harness.report.markup import Html, tag
from harness.report.reading import number, text
from harness.report.sections.gains import gains_table

SUMMARY = (
    words_of("main", "main"),
    number_of("mean gain of its pairs", "pairs", words.signed),
    number_of("mean gain of its placebos", "placebos", words.signed),
    number_of("difference", "difference", words.signed),
    number_of("noise floor", "floor"),
)


def placebo(facts: Facts) -> Html:
    """Return pairs, placebos and noise floor, a main task a line."""
    title = "Placebos and the noise floor"
    if facts.placebos.empty and facts.noise.empty:
        why = "No placebo was trained and no noise floor was measured: a gain here need not be task relatedness."
        return section("placebo", title, note(why))
    explained = (
        "A placebo partner has its training and validation labels shuffled: what it gives, too, is not task relatedness. The "
        "noise floor is what training the main task alone once more, with another seed, changes."
    )
    rows = _summary(facts)
    drawn = figure(_strip(facts), "Every gain of a pair and of a placebo, by main task.") if rows else None
    caption = "Mean gains by main task, over partners, features, models and combiners, beside its placebos and noise floor."
    return section(
        "placebo",
        title,
        tag("p", explained),
        drawn,
        table("placebo-summary", caption, SUMMARY, rows) if rows else None,
        gains_table("placebos", "Every placebo gain.", facts.placebos) if len(facts.placebos) else None,
    )


def floors(facts: Facts) -> dict[str, float]:
    """Return each task's noise floor: the mean of its statistics where there are several."""
    means = facts.noise.groupby(facts.noise["task"].map(text))["value"].mean()
    return {task: float(value) for task, value in means.items()}


def _summary(facts: Facts) -> list[Row]:
    pairs = facts.pairs.groupby("main")["gain"].mean()
    placebos = facts.placebos.groupby("main")["gain"].mean()
    floor = floors(facts)
    shown = [task for task in facts.tasks if task in pairs.index or task in placebos.index or task in floor]
    rows: list[Row] = []
    for task in shown:
        true, false = number(pairs.get(task)), number(placebos.get(task))
        difference = None if true is None or false is None else true - false
        rows.append(
            {
                "main": task,
                "pairs": true,
                "placebos": false,
                "difference": difference,
                "floor": floor.get(task),
            }
        )
    return rows


def _strip(facts: Facts) -> Html:
    column = {facts.rank: "value"}
    pairs, placebos = (
        part[["main", facts.rank]].rename(columns=column) for part in (facts.pairs, facts.placebos)
    )
    return strip(pairs, placebos, floors(facts) if facts.one_scale else {}, facts.tasks, "strip")
