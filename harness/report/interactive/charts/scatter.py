"""Gains in larger groups against what their pairs told."""

from __future__ import annotations

from typing import Any

from harness.report.facts import Facts
from harness.report.interactive.charts.look import PALETTE, SOFT, described, tooltips
from harness.report.interactive.columns import Columns, columns_of
from harness.report.reading import numbers, rows_of, strings
from harness.report.sections.gains import cell_of


def rows(facts: Facts) -> Columns:
    """Return the gains of larger groups that pairs told, in the study's one scale."""
    names = ("predicted", "gain") if facts.one_scale else ("predicted_relative", "gain_relative")
    found = facts.group_predictions
    found = found.assign(told=numbers(found, names[0]), measured=numbers(found, names[1]))
    found = found[found["told"].notna() & found["measured"].notna()]
    partners = found["partners"].map(strings)
    found = found.assign(
        partner=partners.map(" + ".join).astype(object),
        size=[f"{len(others) + 1} tasks" for others in partners],
        setting=[cell_of(row) for row in rows_of(found)],
    )
    return columns_of(found, ("main", "partner", "size", "setting"), ("told", "measured"))


def spec() -> dict[str, Any]:
    """Return the chart: a point on the line is told exactly."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows"))
    line = base.transform_fold(["told", "measured"], as_=["end", "at"]).transform_aggregate(
        low="min(at)", high="max(at)"
    )
    line = line.mark_rule(color=SOFT).encode(x=alt.X("low:Q"), x2="high:Q", y=alt.Y("low:Q"), y2="high:Q")
    points = base.mark_point(size=60, strokeWidth=2).encode(
        x=alt.X("told:Q", title="mean of its pairs", scale=alt.Scale(zero=False)),
        y=alt.Y("measured:Q", title="measured in the group", scale=alt.Scale(zero=False)),
        color=alt.Color("size:N", scale=alt.Scale(range=list(PALETTE)), legend=alt.Legend(title=None)),
        shape=alt.Shape("size:N", legend=alt.Legend(title=None)),
        tooltip=tooltips(("main", "main"), ("partner", "partners"), ("setting", "setting"),
                         ("told", "mean of its pairs", "+.4f"), ("measured", "measured", "+.4f")),
    )  # fmt: skip
    return described(alt.layer(line, points).properties(height=360))
