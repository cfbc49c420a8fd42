"""Predictability as bars, with the baselines that must be beaten beside each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from harness.report import words
from harness.report.figures.canvas import BLUE, LINE, SOFT, canvas, describe, to_svg
from harness.report.markup import Html
from harness.report.reading import number, rows_of, text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

#: Shades and hatches that differ in grey as well.
FILLS = (("#bdbdbd", ""), ("#d9d9d9", "////"), ("#969696", "...."), ("#efefef", "xxxx"), ("#7f7f7f", ""))
HEIGHT = 0.17


def bars(rows: pd.DataFrame, xlabel: str, name: str) -> Html:
    """Draw rows of ``label``, ``value``, ``sd``, ``baseline``, ``baseline_value``; a label is a block."""
    blocks = [(text(label), rows_of(part)) for label, part in rows.groupby("label", sort=False)]
    baselines = [found for found in dict.fromkeys(map(text, rows["baseline"])) if found]
    letters = max((len(words.shortened(label, 44)) for label, _ in blocks), default=1)
    left = 0.072 * letters + 0.25
    n_lines = sum(len(part) + 2 for _, part in blocks)
    size = (left + 4.9, HEIGHT * n_lines + 0.95)
    with canvas(*size) as figure:
        axes = figure.add_axes((left / size[0], 0.45 / size[1], 4.4 / size[0], 1 - 0.9 / size[1]))
        middles = _draw(axes, blocks, baselines)
        axes.set_yticks(middles, [words.shortened(label, 44) for label, _ in blocks])
        axes.set_ylim(n_lines - 0.5, -1)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x", color=LINE)
        axes.set_axisbelow(True)
        axes.axvline(0, color=SOFT, linewidth=1)
        axes.margins(x=0.12)
        axes.set_xlabel(xlabel)
        figure.legend(handles=_key(baselines), loc="upper left", ncols=4, handlelength=1.4, columnspacing=1.2)
        return to_svg(figure, name, describe(f"Bars of {xlabel}", [_said(*block) for block in blocks]))


def _draw(
    axes: Axes, blocks: Sequence[tuple[str, list[dict[str, Any]]]], baselines: Sequence[str]
) -> list[float]:
    """Draw the blocks from the top; return the middle of each."""
    y, middles = 0.0, []
    for _, part in blocks:
        middles.append(y + len(part) / 2)
        _bar(axes, y, part[0]["value"], BLUE, "", part[0]["sd"])
        for row in part:
            y += 1
            if text(row["baseline"]):
                _bar(
                    axes,
                    y,
                    row["baseline_value"],
                    *FILLS[baselines.index(text(row["baseline"])) % len(FILLS)],
                )
        y += 2
    return middles


def _bar(axes: Axes, y: float, value: object, face: str, hatch: str, sd: object = None) -> None:
    length, spread = number(value), number(sd)
    if length is None:
        axes.text(
            0.01, y, "no value", transform=axes.get_yaxis_transform(), va="center", fontsize=7, color=SOFT
        )
        return
    axes.barh(y, length, height=0.86, color=face, hatch=hatch, edgecolor=SOFT, linewidth=0.5)
    if spread is not None:
        axes.errorbar(length, y, xerr=spread, color=SOFT, linewidth=1, capsize=2)
    reach = length + (spread or 0) if length >= 0 else length - (spread or 0)
    offset = (3, 0) if length >= 0 else (-3, 0)
    axes.annotate(
        words.plain(length), (reach, y), offset, textcoords="offset points", va="center",
        ha="left" if length >= 0 else "right", fontsize=7,
    )  # fmt: skip


def _key(baselines: Sequence[str]) -> list[Any]:
    from matplotlib.patches import Patch

    key = [Patch(facecolor=BLUE, edgecolor=SOFT, label="predictors (line: ± sd over held-out parts)")]
    for place, baseline in enumerate(baselines):
        face, hatch = FILLS[place % len(FILLS)]
        key.append(Patch(facecolor=face, hatch=hatch, edgecolor=SOFT, label=baseline))
    return key


def _said(label: str, part: Sequence[dict[str, Any]]) -> str:
    beside = [
        f"{text(row['baseline'])} {words.plain(row['baseline_value'])}"
        for row in part
        if text(row["baseline"])
    ]
    return f"{label} {words.plain(part[0]['value'])} ({words.listing(beside) or 'no baseline'})"
