"""Learning curves of single tasks: one panel a task, training dashed, validation solid, mean over runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from harness.report import words
from harness.report.figures.canvas import LINE, SERIES, SOFT, canvas, describe, to_svg
from harness.report.markup import Html
from harness.report.reading import numbers

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes

POINTS = 60
DASHES: dict[str, Any] = {"train": (0, (3, 1.5)), "validation": "-"}


def mean_curve(points: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return epochs, and mean, lowest and highest value over runs, each ``[points]``.

    ``points`` has ``run_id``, ``epoch`` and ``value``. Runs are interpolated linearly on common epochs; where
    a run has ended, the mean is over those that go on.
    """
    import numpy as np
    import pandas as pd

    found = pd.DataFrame(
        {"run": points["run_id"], "x": numbers(points, "epoch"), "y": numbers(points, "value")}
    )
    found = found.dropna().groupby(["run", "x"], as_index=False).mean()
    if found.empty:
        return (np.empty(0),) * 4
    epochs = np.linspace(found["x"].min(), found["x"].max(), POINTS)
    rows = [
        np.interp(epochs, run["x"], run["y"], left=np.nan, right=np.nan) for _, run in found.groupby("run")
    ]
    values = np.array(rows)
    kept = ~np.isnan(values).all(axis=0)
    values = values[:, kept]
    return epochs[kept], np.nanmean(values, axis=0), np.nanmin(values, axis=0), np.nanmax(values, axis=0)


def curves(points: pd.DataFrame, tasks: Sequence[str], ylabel: str, name: str) -> Html:
    """Draw ``points``: ``task``, ``series`` (its colour), ``split``, ``run_id``, ``epoch``, ``value``."""
    shown = [task for task in tasks if task in set(points["task"])]
    series = list(dict.fromkeys(points["series"]))
    columns = min(4, max(1, len(shown)))
    rows = max(1, -(-len(shown) // columns))
    size = (0.6 + 2.3 * columns, 0.75 + 1.6 * rows)
    with canvas(*size) as figure:
        panels = figure.subplots(rows, columns, squeeze=False, sharex=False)
        figure.subplots_adjust(
            left=0.55 / size[0], right=1 - 0.1 / size[0], bottom=0.42 / size[1], top=1 - 0.58 / size[1],
            wspace=0.32, hspace=0.5,
        )  # fmt: skip
        for place, axes in enumerate(panels.flat):
            if place < len(shown):
                _panel(axes, points[points["task"] == shown[place]], shown[place], series)
            else:
                axes.set_axis_off()
        figure.supxlabel("epochs of the task's own data", fontsize=8, y=0.04 / size[1])
        figure.supylabel(ylabel, fontsize=8, x=0.04 / size[0])
        figure.legend(handles=_key(series), loc="upper left", ncols=2 + len(series), handlelength=2.6)
        return to_svg(figure, name, describe(f"Learning curves of single tasks ({ylabel})", shown))


def _panel(axes: Axes, points: pd.DataFrame, task: str, series: Sequence[str]) -> None:
    axes.set_title(words.shortened(task, 30), loc="left")
    axes.grid(axis="y", color=LINE)
    axes.locator_params(nbins=4)
    for (which, split), part in points.groupby(["series", "split"], sort=False):
        if split not in DASHES:
            continue
        colour = SERIES[series.index(which) % len(SERIES)]
        epochs, mean, low, high = mean_curve(part)
        if split == "validation" and len(series) == 1:
            axes.fill_between(epochs, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(epochs, mean, color=colour, linestyle=DASHES[split], linewidth=1.2)


def _key(series: Sequence[str]) -> list[Any]:
    from matplotlib.lines import Line2D

    lines: list[Any] = [
        Line2D([], [], color=SOFT, linestyle=dash, label=split) for split, dash in DASHES.items()
    ]
    if len(series) > 1:
        lines += [
            Line2D([], [], color=SERIES[place % len(SERIES)], linewidth=3, label=which)
            for place, which in enumerate(series)
        ]
    return lines
