"""The gains of all pairs: main tasks in rows, partners in columns, scores alone on the diagonal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from harness.report import words
from harness.report.facts import Q_LEVEL
from harness.report.figures.canvas import INK, LINE, SOFT, canvas, describe, to_svg
from harness.report.figures.colours import diverging
from harness.report.markup import Html
from harness.report.reading import number, rows_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Above this many tasks a cell has room for the gain alone; its interval is in the table.
ROOM_FOR_INTERVALS = 12


def heatmap(
    pairs: pd.DataFrame,
    tasks: Sequence[str],
    singles: Mapping[str, float | None],
    limit: float,
    name: str,
    colour: str = "gain",
) -> Html:
    """Draw one slice of gains (one feature, model and combiner).

    ``pairs`` has ``main``, ``partner``, ``gain``, ``ci_low``, ``ci_high``, ``q`` and a column ``colour``, by
    which cells are coloured from ``-limit`` to ``limit``; ``singles`` maps a task to its score alone.
    """
    found = set(pairs["main"]) | set(pairs["partner"])
    shown = [task for task in tasks if task in found] + sorted(found - set(tasks))
    roomy = len(shown) <= ROOM_FOR_INTERVALS
    width, height = (0.62, 0.42) if roomy else (0.46, 0.27)
    letters = max((len(words.shortened(task)) for task in shown), default=1)
    left, top = 0.08 * letters + 0.35, 0.055 * letters + 0.45
    size = (left + width * len(shown) + 0.95, top + height * len(shown) + 0.1)
    with canvas(*size) as figure:
        axes = figure.add_axes(
            (left / size[0], 0.1 / size[1], width * len(shown) / size[0], height * len(shown) / size[1])
        )
        _frame(axes, shown)
        _cells(axes, pairs, shown, limit, colour, roomy)
        for place, task in enumerate(shown):
            axes.text(
                place,
                place,
                words.plain(singles.get(task), 2),
                color=SOFT,
                ha="center",
                va="center",
                fontsize=7,
            )
        _scale(figure, size, width * len(shown) + left, limit, colour)
        return to_svg(
            figure, name, describe("Heatmap of gains, main tasks in rows, partners in columns", _said(pairs))
        )


def _frame(axes: Axes, shown: Sequence[str]) -> None:
    labels = [words.shortened(task) for task in shown]
    end = max(1, len(shown)) - 0.5
    axes.set(xlim=(-0.5, end), ylim=(end, -0.5))
    axes.set_xticks(range(len(shown)), labels, rotation=45, ha="left", rotation_mode="anchor")
    axes.set_yticks(range(len(shown)), labels)
    axes.xaxis.tick_top()
    axes.tick_params(length=0, pad=4)
    axes.set_ylabel("main task")
    axes.set_xlabel("partner", loc="left")
    axes.xaxis.set_label_position("top")
    axes.spines[:].set_visible(False)


def _cells(
    axes: Axes, pairs: pd.DataFrame, shown: Sequence[str], limit: float, colour: str, roomy: bool
) -> None:
    from matplotlib.patches import Rectangle

    colours, norm = diverging(limit)
    place = {task: position for position, task in enumerate(shown)}
    for row in rows_of(pairs):
        x, y = place[row["partner"]], place[row["main"]]
        q = number(row["q"])
        marked = q is not None and q < Q_LEVEL
        shade = number(row[colour])
        face = "none" if shade is None else colours(norm(max(-limit, min(limit, shade))))
        edge, line = (INK, 1.4) if marked else (LINE, 0.4)
        corner, side = (x - 0.47, y - 0.46), (0.94, 0.92)
        axes.add_patch(
            Rectangle(corner, *side, facecolor=face, edgecolor=edge, linewidth=line, clip_on=False)
        )
        _write(axes, x, y, row, marked, "black" if shade is not None else INK, roomy)


def _write(
    axes: Axes, x: float, y: float, row: Mapping[str, Any], marked: bool, ink: str, roomy: bool
) -> None:
    style: dict[str, Any] = {"ha": "center", "va": "center", "color": ink}
    gain = words.signed(row["gain"], 3 if roomy else 2) + ("*" if marked else "")
    low, high = number(row["ci_low"]), number(row["ci_high"])
    two = roomy and low is not None and high is not None
    axes.text(
        x,
        y - (0.17 if two else 0),
        gain,
        fontsize=8 if roomy else 7,
        fontweight="bold" if marked else "normal",
        **style,
    )
    if two and low is not None and high is not None:
        axes.text(x, y + 0.22, f"±{words.plain((high - low) / 2)}", fontsize=6.5, **style)


def _scale(figure: Figure, size: tuple[float, float], right: float, limit: float, colour: str) -> None:
    from matplotlib.cm import ScalarMappable

    height = min(1.8, 0.42 * 2 * size[1] / 3)
    colours, norm = diverging(limit)
    axes = figure.add_axes(((right + 0.2) / size[0], 0.1 / size[1], 0.12 / size[0], height / size[1]))
    bar = figure.colorbar(ScalarMappable(norm, colours), cax=axes, ticks=[-limit, 0, limit], drawedges=False)
    bar.outline.set_visible(False)
    bar.ax.set_yticklabels([words.signed(value, 2) for value in (-limit, 0, limit)])
    bar.ax.minorticks_off()
    bar.ax.tick_params(length=0, labelsize=7)
    bar.ax.set_title("gain" if colour == "gain" else "gain /\nscore", fontsize=7.5, loc="left")


def _said(pairs: pd.DataFrame) -> list[str]:
    """Return what the alt text says: how many, the best and the worst; the table has the rest."""
    if pairs.empty:
        return []
    ordered = rows_of(pairs.sort_values("gain"))
    worst, best = ordered[0], ordered[-1]
    return [
        words.count(len(pairs), "gain"),
        f"highest {words.signed(best['gain'])} for {best['main']} with {best['partner']}",
        f"lowest {words.signed(worst['gain'])} for {worst['main']} with {worst['partner']}",
    ]
