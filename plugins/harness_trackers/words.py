"""What the trackers share: names of cells and runs, and the numbers of a run by name."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

Payload = Mapping[str, Any]


def cell_name(cell: Payload) -> str:
    """Return a name that people read: tasks, feature, model, combiner, and what kind of control it is."""
    parts = [" + ".join(cell["tasks"]), cell["feature"], cell["model"], cell["combiner"]]
    control = "placebo" if cell["placebo"] else "capacity-matched" if cell["capacity_of"] else None
    return " | ".join(part for part in (*parts, control) if part)


def cell_folder(cell: Payload) -> str:
    """Return :func:`cell_name` as the name of a folder, with the beginning of the cell's identity."""
    return f"{re.sub(r'[^A-Za-z0-9_.+-]+', '_', cell_name(cell))}_{cell['cell_id'][:8]}"


def run_name(run: Payload) -> str:
    """Return the name of a run within its cell."""
    return f"fold{run['fold']}_seed{run['seed']}"


def curve_points(run: Payload) -> dict[str, list[tuple[int, float]]]:
    """Return (step, value) of each curve, ``curves/task/split/metric``; what is not finite is left out."""
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in run["curves"]:
        if _is_number(row["value"]):
            name = f"curves/{row['task']}/{row['split']}/{row['metric']}"
            found[name].append((int(row["step"]), float(row["value"])))
    return {name: sorted(points) for name, points in found.items()}


def score_values(run: Payload, *, per_class: bool) -> dict[str, float]:
    """Return the scores, ``scores/task/split/metric``, and those of classes, ``class_scores/task/split/metric/label``;
    what is not finite is left out.
    """
    found: dict[str, float] = {}
    for row in run["scores"]:
        if not _is_number(row["value"]) or (row["label"] is not None and not per_class):
            continue
        name = f"{row['task']}/{row['split']}/{row['metric']}"
        name = f"scores/{name}" if row["label"] is None else f"class_scores/{name}/{row['label']}"
        found[name] = float(row["value"])
    return found


def best_epochs(run: Payload) -> dict[str, int]:
    """Return the chosen epoch of each task, ``best_epoch/task``."""
    return {f"best_epoch/{row['task']}": int(row["best_epoch"]) for row in run["selections"]}


def settings(run: Payload) -> dict[str, Any]:
    """Return the hyperparameters of a run, and what it was trained with."""
    own = {name: run.get(name) for name in ("fold", "seed", "engine", "device", "steps")}
    return {**run["params"], **{name: value for name, value in own.items() if value is not None}}


def gains_table(gains: Sequence[Payload]) -> str:
    """Return the gains as a Markdown table."""
    columns = ("main", "partners", "feature", "model", "combiner", "placebo", "metric", "n", "gain", "p", "q")
    lines = ["| " + " | ".join(columns) + " |", "| " + " | ".join("---" for _ in columns) + " |"]
    lines += ["| " + " | ".join(_text(row.get(name)) for name in columns) + " |" for row in gains]
    return "\n".join(lines)


def plain(value: Any) -> str:
    """Return a value as short text."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        return " + ".join(map(str, value))
    return "" if value is None else str(value)


def _is_number(value: Any) -> bool:
    return value is not None and math.isfinite(value)
