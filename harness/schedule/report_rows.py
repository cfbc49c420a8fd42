"""The rows of the table ``confusions``: of the test part from the predictions, of epochs as counted in training."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.schedule.prepare import Prepared

Rows = list[dict[str, Any]]


def confusions(result: dict[str, Any], prepared: Prepared) -> Rows:
    """Return the rows of a run, without its keys; ``result`` is the training's (empty where there is none)."""
    from harness.train.confusions import count_cells

    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in result.get("predictions", ()):
        pairs[row["task"]].append((row["target"], row["prediction"]))
    return [
        {"task": task, "split": "test", "epoch": None, **cell}
        for task, seen in pairs.items()
        for cell in count_cells(prepared.task(task), seen)
    ] + (result.get("confusions") or [] if prepared.config.training.reports == "epochs" else [])
