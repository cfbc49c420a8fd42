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

#: Above this many tasks a cell has room for the gain alone; its interval and q are in the table.
ROOM_FOR_INTERVALS = 12
#: Room between the gains and what stands beside them, in cells.
GAP = 0.3

#: A heading, and a number a main task.
Beside = tuple[str, Mapping[str, float | None]]


def heatmap(
    pairs: pd.DataFrame,
    tasks: Sequence[str],
    singles: Mapping[str, float | None],
    limit: float,
    name: str,
    colour: str = "gain",
    beside: Sequence[Beside] = (),
) -> Html:
    """Draw one slice of gains (one feature, model and combiner).

    ``pairs`` has ``main``, ``partner``, ``gain``, ``ci_low``, ``ci_high``, ``q`` and a column ``colour``, by
    which cells are coloured from ``-limit`` to ``limit``; ``singles`` maps a task to its score alone. What
    stands ``beside`` the gains of a main task has a column each, without colour.
    """
    found = set(pairs["main"]) | set(pairs["partner"])
    shown = [task for task in tasks if task in found] + sorted(found - set(tasks))
    roomy = len(shown) <= ROOM_FOR_INTERVALS
    width, height = (0.62, 0.52) if roomy else (0.46, 0.27)
    across = width * (len(shown) + (GAP + len(beside) if beside else 0))
    letters = max((len(words.shortened(task)) for task in shown), default=1)
    left, top = 0.08 * letters + 0.35, 0.055 * letters + 0.45
    size = (left + across + 0.95, top + height * len(shown) + 0.1)
    with canvas(*size) as figure:
        axes = figure.add_axes(
            (left / size[0], 0.1 / size[1], across / size[0], height * len(shown) / size[1])
        )
        _frame(axes, shown, [title for title, _ in beside])
        _beside(axes, shown, beside, roomy)
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
        _scale(figure, size, across + left, limit, colour)
        return to_svg(
            figure, name, describe("Heatmap of gains, main tasks in rows, partners in columns", _said(pairs))
        )


def _frame(axes: Axes, shown: Sequence[str], beside: Sequence[str]) -> None:
    labels = [words.shortened(task) for task in shown]
    end = max(1, len(shown)) - 0.5
    axes.set(xlim=(-0.5, end + (GAP + len(beside) if beside else 0)), ylim=(end, -0.5))
    places = [*range(len(shown)), *(len(shown) + GAP + k for k in range(len(beside)))]
    axes.set_xticks(places, [*labels, *beside], rotation=45, ha="left", rotation_mode="anchor")
    axes.set_yticks(range(len(shown)), labels)
    axes.xaxis.tick_top()
    axes.tick_params(length=0, pad=4)
    axes.set_ylabel("main task")
    axes.set_xlabel("partner", loc="left")
    axes.xaxis.set_label_position("top")
    axes.spines[:].set_visible(False)


def _beside(axes: Axes, shown: Sequence[str], beside: Sequence[Beside], roomy: bool) -> None:
    for k, (_, found) in enumerate(beside):
        for y, task in enumerate(shown):
            written = words.plain(found.get(task), 3 if roomy else 2)
            where = len(shown) + GAP + k
            axes.text(where, y, written, color=SOFT, ha="center", va="center", fontsize=8 if roomy else 7)


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
    below = _below(row) if roomy else []
    top = y - 0.15 * len(below)
    axes.text(x, top, gain, fontsize=8 if roomy else 7, fontweight="bold" if marked else "normal", **style)
    for line, said in enumerate(below, start=1):
        axes.text(x, top + 0.28 * line, said, fontsize=6.5, **style)


def _below(row: Mapping[str, Any]) -> list[str]:
    """Return what is written under a gain: half its interval, and q."""
    low, high, q = (number(row[name]) for name in ("ci_low", "ci_high", "q"))
    half = [f"±{words.plain((high - low) / 2)}"] if low is not None and high is not None else []
    return half + ([f"q {words.probability(q)}"] if half and q is not None else [])


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
