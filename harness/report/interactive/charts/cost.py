"""Training time by cell, trials apart from runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.report.figures.canvas import BLUE, ORANGE
from harness.report.interactive.charts.look import SOFT, described, tooltips
from harness.report.interactive.columns import Columns, columns_of
from harness.report.reading import rows_of
from harness.report.sections.gains import cell_of

if TYPE_CHECKING:
    import pandas as pd

#: So many cells are drawn, those that took longest; all are in the table.
DRAWN = 40


def rows(cells: pd.DataFrame) -> Columns:
    """Return the longest cells of :func:`harness.report.sections.cost.by_cell`, a row a kind of training."""
    import pandas as pd

    shown = cells.head(DRAWN)
    setting = [cell_of(row) for row in rows_of(shown)]
    names = shown["tasks"].astype(str) + shown["placebo"].map({True: " (placebo)", False: ""})
    several = len(set(setting)) > 2
    label = [f"{name} · {where}" if several else name for name, where in zip(names, setting, strict=True)]
    parts = [
        pd.DataFrame(
            {"cell": label, "setting": setting, "kind": kind, "seconds": shown[f"{one}_time_s"],
             "count": shown[many]}
        )
        for kind, one, many in (("trials", "trial", "trials"), ("runs", "run", "runs"))
    ]  # fmt: skip
    return columns_of(pd.concat(parts), ("cell", "setting", "kind"), ("seconds", "count"))


def spec() -> dict[str, Any]:
    """Return the chart, the longest cell first; bars side by side, as a training can be a trial and a run."""
    import altair as alt

    bars = alt.Chart(alt.NamedData("rows")).mark_bar(stroke=SOFT, strokeWidth=0.5)
    bars = bars.encode(
        y=alt.Y("cell:N", sort=None, title=None),
        yOffset=alt.YOffset("kind:N", sort=None),
        x=alt.X("seconds:Q", title="training time (s)"),
        color=alt.Color(
            "kind:N", sort=None, scale=alt.Scale(range=[BLUE, ORANGE]), legend=alt.Legend(title=None)
        ),
        tooltip=tooltips(("cell", "cell"), ("setting", "setting"), ("kind", "kind"), ("count", "number", "d"),
                         ("seconds", "time (s)", ".1f")),
    )  # fmt: skip
    return described(bars)
