"""What the charts share: colours that follow the page, and how an Altair chart becomes a description.

Ink is ``currentColor`` and lines are the page's variables, so that a chart that is drawn once is legible in
light, in dark and in print. What is coloured uses the palette of Okabe and Ito, and never colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.report.figures.canvas import BLUE, GREEN, ORANGE, PURPLE

INK, SOFT, LINE = "currentColor", "var(--soft)", "var(--line)"
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, "#56b4e9", "#e69f00", "#8c8c8c", "#b8860b")
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif'
_AXIS = {
    "labelColor": INK, "titleColor": INK, "domainColor": LINE, "tickColor": LINE, "gridColor": LINE,
    "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "gridOpacity": 0.6,
}  # fmt: skip
CONFIG: dict[str, Any] = {
    "background": "transparent", "font": FONT, "axis": _AXIS, "axisY": {"labelLimit": 260},
    "axisQuantitative": {"tickCount": 8},
    "view": {"stroke": None}, "text": {"color": INK, "fontSize": 11},
    "legend": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12,
               "titleFontWeight": "normal", "orient": "top", "labelLimit": 340, "symbolStrokeWidth": 2,
               "symbolOpacity": 1, "columns": 3},
    "title": {"color": INK, "anchor": "start", "fontSize": 13, "fontWeight": "normal"},
    "locale": {"number": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]}},
}  # fmt: skip


def described(chart: Any) -> dict[str, Any]:
    """Return a chart's description without its rows: they are in the page's data under the same names."""
    found: dict[str, Any] = chart.properties(width="container").to_dict(
        validate=False
    )  # a test validates them
    found.pop("$schema", None)
    return found | {"config": CONFIG}


def tooltips(*fields: Sequence[str]) -> list[Any]:
    """Return what a tooltip says: ``(field, title)`` or ``(field, title, format)``."""
    import altair as alt

    return [
        alt.Tooltip(field=name, type="quantitative", title=title, format=form[0])
        if form
        else alt.Tooltip(field=name, type="nominal", title=title)
        for name, title, *form in fields
    ]


def zero() -> Any:
    """Return the line at zero."""
    import altair as alt

    data = alt.Data(values=[{"zero": 0}])  # type: ignore[no-untyped-call]
    return alt.Chart(data).mark_rule(color=SOFT).encode(x=alt.X("zero:Q"))
