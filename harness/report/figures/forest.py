"""Forest plots: estimates with intervals, one row each, grouped under headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from harness.report import words
from harness.report.figures.canvas import BLUE, GREEN, LINE, ORANGE, PURPLE, SOFT, canvas, describe, to_svg
from harness.report.markup import Html
from harness.report.reading import number, rows_of, text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MARKS = (("o", BLUE), ("s", ORANGE), ("^", GREEN), ("D", PURPLE))
ROW = 0.2
#: Estimates with a smaller p are filled.
P_LEVEL = 0.05


def forest(rows: pd.DataFrame, xlabel: str, name: str) -> Html:
    """Draw rows of ``group``, ``term``, ``method``, ``estimate``, ``ci_low``, ``ci_high``, ``p``, as ordered.

    Lines without an estimate say "not estimated"; a term by several methods is on one line, side by side.
    """
    records = rows_of(rows)
    methods = _methods(records)
    lines = list(dict.fromkeys((text(row["group"]), text(row["term"])) for row in records))
    layout = _layout(lines)
    letters = max((len(words.shortened(term, 46)) for _, term in lines), default=1)
    left = 0.075 * letters + 0.25
    size = (left + 4.9, ROW * (len(layout) + 1) + 0.75)
    with canvas(*size) as figure:
        axes = figure.add_axes((left / size[0], 0.45 / size[1], 4.6 / size[0], 1 - 0.75 / size[1]))
        _frame(axes, layout, xlabel)
        for row in records:
            if number(row["estimate"]) is None:
                continue
            method = methods.index(text(row["method"])) if methods else 0
            line = layout.index((text(row["group"]), text(row["term"])))
            y = line + 0.24 * (method - max(0, len(methods) - 1) / 2)
            _estimate(axes, row, y, *MARKS[method % len(MARKS)])
        _missing(axes, records, layout)
        if methods:
            figure.legend(handles=_key(methods), loc="upper right", ncols=len(methods))
        return to_svg(figure, name, describe(f"Forest plot, {xlabel}", [_said(row) for row in records[:12]]))


def _methods(records: Sequence[dict[str, Any]]) -> list[str]:
    """Return the methods where a term has more than one; where none has, nothing needs telling apart."""
    seen = {(text(row["group"]), text(row["term"]), text(row["method"])) for row in records}
    if len(seen) == len({line[:2] for line in seen}):
        return []
    return list(dict.fromkeys(text(row["method"]) for row in records))


def _layout(lines: Sequence[tuple[str, str]]) -> list[tuple[str, str | None]]:
    """Return the lines with a heading before each group (its term is ``None``)."""
    layout: list[tuple[str, str | None]] = []
    for group, term in lines:
        if (group, None) not in layout:
            layout.append((group, None))
        layout.append((group, term))
    return layout


def _frame(axes: Axes, layout: Sequence[tuple[str, str | None]], xlabel: str) -> None:
    labels = [group if term is None else words.shortened(term, 46) for group, term in layout]
    axes.set_yticks(range(len(layout)), labels)
    for label, (_, term) in zip(axes.get_yticklabels(), layout, strict=True):
        label.set_fontweight("bold" if term is None else "normal")
    axes.set_ylim(len(layout) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=LINE)
    axes.set_axisbelow(True)
    axes.axvline(0, color=SOFT, linewidth=1)
    axes.set_xlabel(xlabel)


def _estimate(axes: Axes, row: dict[str, Any], y: float, marker: str, colour: str) -> None:
    low, high, p = number(row["ci_low"]), number(row["ci_high"]), number(row["p"])
    face = colour if p is not None and p < P_LEVEL else "none"
    if low is not None and high is not None:
        axes.plot([low, high], [y, y], color=colour, linewidth=1.3, solid_capstyle="butt")
    axes.plot(
        [float(row["estimate"])], [y], marker=marker, color=colour, markersize=4.5, markerfacecolor=face
    )


def _missing(axes: Axes, records: Sequence[dict[str, Any]], layout: Sequence[tuple[str, str | None]]) -> None:
    """Say on every line without any estimate that it has none."""
    there = {
        (text(row["group"]), text(row["term"])) for row in records if number(row["estimate"]) is not None
    }
    for y, line in enumerate(layout):
        if line[1] is not None and line not in there:
            where = axes.get_yaxis_transform()
            axes.text(0.01, y, "not estimated", transform=where, va="center", fontsize=7, color=SOFT)


def _key(methods: Sequence[str]) -> list[Any]:
    from matplotlib.lines import Line2D

    drawn = zip(methods, (MARKS[place % len(MARKS)] for place in range(len(methods))), strict=True)
    return [
        Line2D([], [], marker=mark, color=colour, markersize=4, label=words.shortened(method, 48))
        for method, (mark, colour) in drawn
    ]


def _said(row: dict[str, Any]) -> str:
    ends = words.interval(row["ci_low"], row["ci_high"])
    return f"{text(row['term'])} {words.signed(row['estimate'])} {ends}".strip()
