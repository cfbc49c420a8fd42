"""True gains beside what a partner without information gives, and what chance alone gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from harness.report import words
from harness.report.figures.canvas import BLUE, LINE, ORANGE, SOFT, canvas, describe, to_svg
from harness.report.markup import Html
from harness.report.reading import number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ROW = 0.27


def strip(
    pairs: pd.DataFrame,
    placebos: pd.DataFrame,
    floors: dict[str, float],
    tasks: Sequence[str],
    label: str,
    name: str,
) -> Html:
    """Draw a line a main task: gains of pairs (rings), of placebos (diamonds), the noise floor (grey band).

    ``pairs`` and ``placebos`` have ``main`` and ``value``; ``floors`` gives the half-width of a task's band.
    """
    found = {*pairs["main"], *placebos["main"]}
    shown = [task for task in tasks if task in found] + sorted(found - set(tasks))
    left = 0.08 * max((len(words.shortened(task)) for task in shown), default=1) + 0.25
    size = (left + 5.4, ROW * len(shown) + 0.85)
    with canvas(*size) as figure:
        axes = figure.add_axes((left / size[0], 0.42 / size[1], 5.2 / size[0], ROW * len(shown) / size[1]))
        for place, task in enumerate(shown):
            _line(
                axes,
                place,
                pairs[pairs["main"] == task],
                placebos[placebos["main"] == task],
                floors.get(task),
            )
        axes.set_yticks(range(len(shown)), [words.shortened(task) for task in shown])
        axes.set_ylim(max(1, len(shown)) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x", color=LINE)
        axes.set_axisbelow(True)
        axes.axvline(0, color=SOFT, linewidth=1)
        axes.set_xlabel(f"{label} of the main task (more is better)")
        figure.legend(handles=_key(bool(floors)), loc="upper left", ncols=3)
        means = [
            f"{kind} {words.signed(number(part['value'].mean()))}"
            for kind, part in (("pairs", pairs), ("placebos", placebos))
            if len(part)
        ]
        return to_svg(figure, name, describe("Gains by main task beside placebos; mean gain of", means))


def _line(axes: Axes, place: int, pairs: pd.DataFrame, placebos: pd.DataFrame, floor: float | None) -> None:
    if floor is not None:
        axes.barh(place, 2 * floor, left=-floor, height=0.8, color="#9a9a9a", alpha=0.35, linewidth=0)
    axes.plot(
        pairs["value"], [place - 0.12] * len(pairs), "o", color=BLUE, markersize=4, markerfacecolor="none"
    )
    axes.plot(placebos["value"], [place + 0.18] * len(placebos), "D", color=ORANGE, markersize=4.5)


def _key(with_floor: bool) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    key: list[Any] = [
        Line2D(
            [], [], marker="o", linestyle="", color=BLUE, markerfacecolor="none", markersize=4, label="a pair"
        ),
        Line2D([], [], marker="D", linestyle="", color=ORANGE, markersize=4.5, label="a placebo"),
    ]
    return [*key, Patch(facecolor="#9a9a9a", alpha=0.35, label="noise floor")] if with_floor else key
