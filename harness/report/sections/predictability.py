"""Whether a gain can be told beforehand: every predictor set beside the baselines that it must beat."""

from __future__ import annotations

from collections.abc import Sequence

from harness.report.blocks import figure, folded, long, note, number_of, optional, subsection, table, words_of
from harness.report.facts import Facts
from harness.report.figures.bars import bars
from harness.report.interactive.parts import replaced
from harness.report.markup import Html, tag
from harness.report.verdicts import Verdict, verdicts

COLUMNS = (
    words_of("predictors", "predictors"),
    words_of("target", "target"),
    words_of("estimator", "estimator"),
    words_of("scheme", "scheme"),
    words_of("metric", "metric"),
    number_of("value", "value"),
    number_of("sd", "sd"),
    words_of("baseline", "baseline"),
    number_of("baseline's value", "baseline_value"),
)


#: So many predictor sets are in one figure, and so many sentences are unfolded.
DRAWN, LISTED = 12, 12
#: The schemes that are drawn where there are more comparisons than that: no test pair has a main task, or any task,
#: that the training pairs have.
HEADLINE = ("leave_main_out", "no_shared_task")
#: A figure a target and metric, of these where there are any; the others are in the table. So many are unfolded.
METRICS = ("r2", "spearman_within_main", "auc", "accuracy")
UNFOLDED = 2
TITLE = "Can a gain be told beforehand?"


def predictability(facts: Facts) -> Html:
    """Return verdicts in words, bars a target and metric, and the table."""
    rows, found = facts.table("predictability"), verdicts(facts)
    if not found:
        why = "Not judged: there are too few gains or tasks to leave any out, or no predictor was named."
        return subsection("predictability", TITLE, note(why))
    caption = (
        "Predictability on tasks left out, one baseline a row. The scheme shuffled_pairs shares tasks "
        "and is no evidence."
    )
    columns = (*COLUMNS, *optional(rows, "note", words_of("note", "note")))
    whole = table("predictability", caption, columns, rows)
    return subsection(
        "predictability",
        TITLE,
        replaced(facts, "bars", "Bars of predictability beside its baselines", _figures(found)),
        _listed(found),
        long(len(rows), whole, f"All {len(rows):,} comparisons with baselines"),
    )


def _listed(found: Sequence[Verdict]) -> Html:
    items = [
        tag("li", f"{verdict.target}, {verdict.metric}: {verdict.label} {verdict.in_words()}.")
        for verdict in found
    ]
    return long(len(items), tag("ul", items), f"Each of {len(items)} comparisons in words", LISTED)


def _figures(found: Sequence[Verdict]) -> list[Html]:
    every = dict.fromkeys((verdict.target, verdict.metric) for verdict in found)
    keys = [key for key in every if key[1] in METRICS] or list(every)
    return [
        _unfolded(place, key, [verdict for verdict in found if (verdict.target, verdict.metric) == key])
        for place, key in enumerate(keys)
    ]


def _unfolded(place: int, key: tuple[str, str], found: Sequence[Verdict]) -> Html:
    chosen = found
    if len(found) > DRAWN:
        chosen = [verdict for verdict in found if verdict.scheme in HEADLINE] or found
    drawn = _drawn(chosen[:DRAWN], place, len(found))
    return folded(f"{key[1]} of predicting {key[0]}", drawn, open_=place < UNFOLDED)


def _drawn(found: Sequence[Verdict], place: int, of: int) -> Html:
    import pandas as pd

    records = [
        {
            "label": verdict.label,
            "value": verdict.value,
            "sd": verdict.sd,
            "baseline": name,
            "baseline_value": value,
        }
        for verdict in found
        for name, value in (verdict.baselines or {"": None}).items()
    ]
    label = f"{found[0].metric} of predicting {found[0].target}"
    left_out = f" {len(found)} of {of} comparisons; all are in the table." if len(found) < of else ""
    return figure(
        bars(pd.DataFrame(records), label, f"bars-{place}"),
        f"{label[0].upper()}{label[1:]}, beside its baselines.{left_out}",
    )
