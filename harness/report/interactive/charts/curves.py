"""Learning curves laid over each other, as a reader chooses them."""

from __future__ import annotations

from typing import Any

from harness.report.interactive.charts.look import PALETTE, described, tooltips


def spec() -> dict[str, Any]:
    """Return the chart of ``rows``: ``curve``, ``who``, ``split``, ``x``, ``y``, ``low``, ``high``.

    The script of the page sets its title: what was chosen to be drawn.
    """
    import altair as alt

    who = alt.Color(
        "who:N", sort=None, scale=alt.Scale(range=list(PALETTE)),
        legend=alt.Legend(title=None, columns=1, symbolType="stroke"),
    )  # fmt: skip
    split = alt.StrokeDash(
        "split:N", scale=alt.Scale(domain=["validation", "train"], range=[[1, 0], [4, 3]]),
        legend=alt.Legend(title=None, symbolType="stroke", symbolStrokeColor="currentColor"),
    )  # fmt: skip
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("x:Q", title="epochs of the task's own data"), color=who, detail="curve:N"
    )
    bands = base.transform_filter("datum.band").mark_area(opacity=0.15).encode(y=alt.Y("low:Q"), y2="high:Q")
    lines = base.mark_line(strokeWidth=2).encode(
        y=alt.Y("y:Q", title=None, scale=alt.Scale(zero=False)), strokeDash=split
    )
    told = tooltips(("who", "curve"), ("split", "split"), ("x", "epoch", ".3~r"), ("y", "mean over runs", ".4~r"),
                    ("low", "lowest run", ".4~r"), ("high", "highest run", ".4~r"))  # fmt: skip
    points = base.mark_point(size=60, opacity=0).encode(y=alt.Y("y:Q"), tooltip=told)
    return described(alt.layer(bands, lines, points).properties(height=360))
