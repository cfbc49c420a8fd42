"""Gains as a directed graph, from partner to main task, on a circle. The script of the page places the edges."""

from __future__ import annotations

from typing import Any

from harness.report.figures.canvas import BLUE, ORANGE
from harness.report.interactive.charts.look import INK, described, tooltips

SIGNS = ("helps", "harms")


def spec() -> dict[str, Any]:
    """Return the chart of ``edges`` (points of curves), ``heads`` (arrows) and ``nodes`` (tasks)."""
    import altair as alt

    def across(name: str) -> Any:
        return alt.X(f"{name}:Q", scale=alt.Scale(domain=[-1.75, 1.75]), axis=None)

    def up(name: str) -> Any:
        return alt.Y(f"{name}:Q", scale=alt.Scale(domain=[-1.3, 1.3]), axis=None)

    x, y = across("x"), up("y")
    colour = alt.Color("sign:N", scale=alt.Scale(domain=list(SIGNS), range=[BLUE, ORANGE]), legend=None)
    told = tooltips(
        ("told", "gain of"), ("gain", "gain"), ("interval", "interval"), ("q", "q"), ("sure", "at this q")
    )
    dashes = alt.Scale(domain=["solid", "dashed"], range=[[1, 0], [5, 4]])
    edges = alt.Chart(alt.NamedData("edges")).mark_line().encode(
        x=x, y=y, detail="edge:N", order="step:Q", color=colour, tooltip=told,
        strokeWidth=alt.StrokeWidth("width:Q", scale=None),
        strokeDash=alt.StrokeDash("dash:N", scale=dashes, legend=None),
    )  # fmt: skip
    heads = alt.Chart(alt.NamedData("heads")).mark_point(shape="triangle", filled=True, opacity=1, size=130)
    heads = heads.encode(x=x, y=y, angle=alt.Angle("angle:Q", scale=None), color=colour, tooltip=told)
    at = alt.Chart(alt.NamedData("heads")).encode(x=across("mid_x"), y=up("mid_y"), text="written:N")
    halo = at.mark_text(
        fontSize=17, fontWeight="bold", stroke="var(--page)", strokeWidth=6, color="var(--page)"
    )
    signs = at.mark_text(fontSize=17, fontWeight="bold").encode(color=colour)
    dots = alt.Chart(alt.NamedData("nodes")).mark_circle(size=90, opacity=1, color=INK).encode(x=x, y=y)
    names = [
        alt.Chart(alt.NamedData("nodes"))
        .transform_filter(f"datum.side == '{side}'")
        .mark_text(align=side, baseline="middle", fontSize=12)
        .encode(x=across("name_x"), y=up("name_y"), text="task:N")
        for side in ("left", "center", "right")
    ]
    return described(alt.layer(edges, heads, halo, signs, dots, *names).properties(height=460))
