"""What a partner without information gives, and what chance alone gives: the measure of every gain above."""

from __future__ import annotations

from typing import Any

from harness.report import words
from harness.report.blocks import figure, note, number_of, subsection, table, words_of
from harness.report.facts import Facts
from harness.report.figures.strip import strip
from harness.report.markup import Html, tag
from harness.report.reading import number, text
from harness.report.sections.gains import gains_table

TITLE = "Placebos and the noise floor"
SUMMARY = (
    words_of("main", "main"),
    number_of("mean gain of its pairs", "pairs", words.signed),
    number_of("mean gain of its placebos", "placebos", words.signed),
    number_of("pairs less placebos", "difference", words.signed),
    number_of("noise floor of one difference", "sd"),
    number_of("noise floor of a gain", "floor"),
)
EXPLAINED = (
    "A placebo partner has its training and validation labels shuffled: what it gives too is not task "
    "relatedness. The noise floor is what training a task alone once more, with another seed, changes: the "
    "standard deviation of one such difference, and of a mean over as many differences as a gain has."
)


def placebo(facts: Facts) -> Html:
    """Return pairs, placebos and noise floor, a main task a line."""
    listed = facts.of_kind(placebo=True)
    if listed.empty and facts.noise.empty:
        return subsection("placebo", TITLE, note("Neither a placebo nor a noise floor was measured."))
    rows = _summary(facts)
    caption = "Mean gains by main task over partners, features, models and combiners, beside the noise floor."
    return subsection(
        "placebo",
        TITLE,
        tag("p", EXPLAINED),
        None
        if facts.placebos.empty
        else figure(_strip(facts, rows), "Gains of pairs and of placebos, by main task."),
        table("placebo-summary", caption, SUMMARY, rows) if rows else None,
        gains_table("placebos", "Every placebo gain.", listed) if len(listed) else None,
    )


def _summary(facts: Facts) -> list[dict[str, Any]]:
    pairs = facts.pairs.groupby("main")["gain"].mean()
    placebos = facts.placebos.groupby("main")["gain"].mean()
    noise = facts.noise["sd"].groupby(facts.noise["task"].map(text)).mean()
    n = facts.measured["n"].map(number).astype("float64").groupby(facts.measured["main"]).median()
    rows = []
    for task in facts.tasks:
        true, false, sd, runs = (number(of.get(task)) for of in (pairs, placebos, noise, n))
        row = {"main": task, "pairs": true, "placebos": false, "sd": sd}
        row["difference"] = None if true is None or false is None else true - false
        row["floor"] = sd / runs**0.5 if sd is not None and runs else None
        if any(value is not None for value in (true, false, sd)):
            rows.append(row)
    return rows


def _strip(facts: Facts, rows: list[dict[str, Any]]) -> Html:
    column = {facts.rank: "value"}
    pairs, placebos = (
        part[["main", facts.rank]].rename(columns=column) for part in (facts.pairs, facts.placebos)
    )
    floors = {row["main"]: row["floor"] for row in rows if row["floor"] is not None}
    label = "gain" if facts.one_scale else "gain over the score alone"
    return strip(pairs, placebos, floors if facts.one_scale else {}, facts.tasks, label, "strip")
