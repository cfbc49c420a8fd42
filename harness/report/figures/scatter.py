"""Measured gains against what was told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report import words
from harness.report.figures.canvas import BLUE, LINE, SOFT, canvas, describe, to_svg
from harness.report.markup import Html

if TYPE_CHECKING:
    import pandas as pd


def scatter(points: pd.DataFrame, xlabel: str, ylabel: str, name: str) -> Html:
    """Draw rows of ``told`` and ``measured`` on equal axes, with the line on which both are equal."""
    values = points[["told", "measured"]].to_numpy(float)
    low, high = float(values.min()), float(values.max())
    room = 0.08 * (high - low) or 0.01
    ends = (min(low, 0.0) - room, max(high, 0.0) + room)
    with canvas(4.4, 4.0) as figure:
        axes = figure.add_axes((0.17, 0.13, 0.78, 0.83))
        axes.set(xlim=ends, ylim=ends, xlabel=xlabel, ylabel=ylabel)
        axes.set_aspect("equal")
        axes.grid(color=LINE)
        axes.set_axisbelow(True)
        axes.plot(ends, ends, color=SOFT, linewidth=1)
        axes.plot(
            values[:, 0], values[:, 1], "o", color=BLUE, markersize=4.5, markerfacecolor="none", alpha=0.9
        )
        said = [words.count(len(points), "gain"), f"from {words.signed(low)} to {words.signed(high)}"]
        return to_svg(figure, name, describe(f"Scatter of gains {ylabel} against {xlabel}", said))
