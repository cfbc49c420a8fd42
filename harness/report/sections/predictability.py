"""Whether a gain can be told beforehand: every predictor set beside the baselines that it must beat."""

from __future__ import annotations

from collections.abc import Sequence

from harness.report.blocks import figure, note, number_of, section, table, words_of
from harness.report.facts import Facts
from harness.report.figures.bars import bars
from harness.report.markup import Html, tag
from harness.report.verdicts import Verdict, overall, verdicts

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


def predictability(facts: Facts) -> Html:
    """Return verdicts in words, bars a target and metric, and the table."""
    rows, title = facts.table("predictability"), "Can a gain be told beforehand?"
    found = verdicts(facts)
    if not found:
        why = "Not judged: there are too few gains or tasks to leave any out, or no predictor was named."
        return section("predictability", title, note(why))
    said = overall(found)
    drawn = [
        _drawn([verdict for verdict in found if (verdict.target, verdict.metric) == key], place)
        for place, key in enumerate(dict.fromkeys((verdict.target, verdict.metric) for verdict in found))
    ]
    listed = [
        tag("li", f"{verdict.target}, {verdict.metric}: {verdict.label} {verdict.in_words()}.")
        for verdict in found
    ]
    caption = (
        "Predictability on tasks left out, one baseline a row. The scheme shuffled_pairs shares tasks "
        "and is no evidence."
    )
    return section(
        "predictability",
        title,
        tag("p", f"{said[0].upper()}{said[1:]}."),
        drawn,
        tag("ul", listed),
        table("predictability", caption, COLUMNS, rows),
    )


def _drawn(found: Sequence[Verdict], place: int) -> Html:
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
    return figure(
        bars(pd.DataFrame(records), label, f"bars-{place}"),
        f"{label[0].upper()}{label[1:]}, beside its baselines.",
    )
