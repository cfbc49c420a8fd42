"""How the tasks learned: alone in static figures, and in every cell where curves can be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report.blocks import figure, note, section
from harness.report.facts import Facts
from harness.report.figures.curves import curves as draw
from harness.report.interactive.parts import replaced
from harness.report.markup import Html
from harness.report.reading import flags, text

if TYPE_CHECKING:
    import pandas as pd


def curves(facts: Facts) -> Html:
    """Return training and validation curves of the single tasks: the loss, and the primary metric."""
    points = single_points(facts)
    primary = {text(row["task"]): text(row["metric"]) for _, row in facts.table("tasks").iterrows()}
    loss = points[points["metric"] == "loss"]
    score = points[points["metric"] == points["task"].map(primary)]
    drawn = [
        figure(
            draw(part, facts.tasks or sorted(set(part["task"])), label, name),
            f"{label.capitalize()} of each task trained alone: validation solid, training dashed, mean "
            "over folds and "
            "seeds (band: lowest to highest validation curve).",
        )
        for part, label, name in ((loss, "loss", "curves-loss"), (score, "primary metric", "curves-score"))
        if len(part)
    ]
    empty = note("No learning curve of a single task is there yet.")
    shown = replaced(facts, "curves", "Learning curves that are chosen", drawn) if drawn else empty
    return section("curves", "Learning curves", shown)


def single_points(facts: Facts) -> pd.DataFrame:
    """Return the curves of single-task cells; ``series`` is the feature and model where there are several."""
    cells, points = facts.table("cells"), facts.table("curves")
    single = cells["cell_id"].map(text).isin(facts.singles) & ~flags(cells, "placebo")
    features, models = cells.loc[single, "feature"].map(text), cells.loc[single, "model"].map(text)
    named = [
        " · ".join(
            part
            for part, several in ((feature, features.nunique() > 1), (model, models.nunique() > 1))
            if several
        )
        for feature, model in zip(features, models, strict=True)
    ]
    series = dict(zip(cells.loc[single, "cell_id"], named, strict=True))
    kept = points[points["cell_id"].isin(series)]
    return kept.assign(
        series=kept["cell_id"].map(series).astype(object),
        task=kept["task"].map(text),
        split=kept["split"].map(text),
    )
