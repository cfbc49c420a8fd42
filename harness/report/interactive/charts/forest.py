"""The regression as a forest plot: every term of a model with the intervals of all error methods."""

from __future__ import annotations

from typing import Any

from harness.report.facts import Facts
from harness.report.interactive.charts.look import INK, PALETTE, described, tooltips, zero
from harness.report.interactive.columns import Columns, columns_of, rounded
from harness.report.reading import text

NUMBERS = ("se", "ci_low", "ci_high", "p", "n", "n_tasks")
#: How a row without an error method is called.
NO_METHOD = "no error method"
#: Estimates that are filled, as in the static figure.
CLEAR = "datum.p != null && datum.p < 0.05"


def rows(facts: Facts) -> Columns:
    """Return the rows of ``regressions``."""
    found = facts.table("regressions")
    columns = columns_of(found, ("model", "term", "note"), NUMBERS)
    methods = [text(method) or NO_METHOD for method in found["se_method"]]
    return columns | {"se_method": methods, "estimate": rounded(found["estimate"])}


def spec() -> dict[str, Any]:
    """Return the chart of one model's rows; filled marks have p < .05."""
    import altair as alt

    told = alt.Legend(title="errors by", columns=1)
    method: dict[str, Any] = {"shorthand": "se_method:N", "sort": None}
    colours = alt.Scale(range=list(PALETTE))
    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("term:N", sort=None, title=None, axis=alt.Axis(grid=True)),
        yOffset=alt.YOffset("se_method:N", sort=None),
        tooltip=tooltips(
            ("term", "term"), ("se_method", "errors by"), ("estimate", "estimate", "+.4f"),
            ("ci_low", "interval from", "+.4f"), ("ci_high", "interval to", "+.4f"), ("se", "standard error", ".4f"),
            ("p", "p", ".4f"), ("n", "gains", "d"), ("n_tasks", "tasks", "d"), ("note", "note"),
        ),
    )  # fmt: skip
    intervals = base.mark_rule(strokeWidth=2).encode(x=alt.X("ci_low:Q", title="estimate"), x2="ci_high:Q")
    intervals = intervals.encode(stroke=alt.Stroke(**method, scale=colours, legend=None))
    marks = base.encode(
        x=alt.X("estimate:Q"),
        color=alt.Color(**method, scale=colours, legend=told),
        shape=alt.Shape(**method, legend=told),
    )
    filled = alt.condition(CLEAR, alt.value(INK), alt.value("transparent"))
    marks = marks.mark_point(size=55, strokeWidth=2).encode(fill=filled)
    missing = (
        base.transform_filter("datum.estimate == null")
        .mark_text(align="left", dx=4)
        .encode(x=alt.value(0), text=alt.value("not estimated"))
    )
    whole = alt.layer(zero(), intervals, marks, missing)
    return described(whole)
