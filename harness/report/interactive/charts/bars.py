"""Predictability as bars, each predictor set above the baselines that it must beat."""

from __future__ import annotations

from typing import Any

from harness.report import words
from harness.report.facts import Facts
from harness.report.figures.canvas import BLUE
from harness.report.interactive.charts.look import INK, SOFT, described, tooltips, zero
from harness.report.interactive.columns import Columns
from harness.report.verdicts import Verdict, verdicts

#: What a bar that is no baseline is called, and the greys of the baselines.
JUDGED = "predictors"
GREYS = ("#a8a8a8", "#d0d0d0", "#8a8a8a", "#bdbdbd", "#757575", "#dddddd")


def rows(facts: Facts) -> Columns:
    """Return a row a bar: the predictor set first, then its baselines."""
    found: Columns = {name: [] for name in ("judged", "scheme", "set", "bar", "value", "sd", "written")}
    for verdict in verdicts(facts):
        bars = [(JUDGED, verdict.value, verdict.sd), *((n, v, None) for n, v in verdict.baselines.items())]
        for name, value, sd in bars:
            row = (*_keys(verdict), name, value, sd, words.plain(value))
            for column, item in zip(found, row, strict=True):
                found[column].append(float(f"{item:.6g}") if isinstance(item, float) else item)
    return found


def _keys(verdict: Verdict) -> tuple[str, str, str]:
    return (
        f"{verdict.metric} of predicting {verdict.target}",
        verdict.scheme,
        ", ".join(part for part in (verdict.predictors, verdict.estimator) if part),
    )


def spec() -> dict[str, Any]:
    """Return the chart of one metric under one scheme.

    Some metrics, such as r2, have no lower end: a bar ends at the border, and its number stands beside it.
    """
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("set:N", sort=None, title=None),
        yOffset=alt.YOffset("bar:N", sort=None),
        tooltip=tooltips(("set", "predictors"), ("scheme", "scheme"), ("bar", "bar"), ("value", "value", ".4f"),
                         ("sd", "sd over held-out parts", ".4f")),
    )  # fmt: skip
    colours = alt.Scale(range=[BLUE, *GREYS])
    whole = base.transform_calculate(cut="clamp(datum.value, -1, 1)").transform_filter("datum.value != null")
    bars = whole.mark_bar(stroke=SOFT, strokeWidth=0.5).encode(
        x=alt.X("cut:Q", title="value (bars end at −1 and 1)"),
        color=alt.Color("bar:N", sort=None, scale=colours, legend=alt.Legend(title=None)),
    )
    spread = base.transform_calculate(
        low="clamp(datum.value - datum.sd, -1.05, 1.05)", high="clamp(datum.value + datum.sd, -1.05, 1.05)"
    ).transform_filter("datum.sd != null && datum.value != null")
    lines = spread.mark_rule(color=INK).encode(x=alt.X("low:Q"), x2="high:Q")
    said = base.mark_text(dx=6, align="left").encode(x=alt.value(alt.ExprRef("width")), text="written:N")
    chart = alt.layer(bars, zero(), lines, said).properties(padding={"right": 64})
    return described(chart)
