"""What the worker processes of the benchmark ``training`` do: one training, by the harness or by its rival."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.corpus import Plan, run_data, spec
from benchmarks.usual_loop import train as usual
from harness.train.loop import train


def work(unit: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Train ``unit["tasks"]`` with ``unit["seed"]``; return the mean test macro F1."""
    import torch

    torch.set_num_threads(context["threads"])
    tasks, plan = tuple(unit["tasks"]), Plan(**unit["plan"])
    data = run_data(tasks)
    if context["contender"] == "usual":
        return {"score": float(np.mean(usual(data, plan, unit["seed"], device=context["device"])))}
    result = train(data, spec(tasks, unit["seed"], plan, device=context["device"])).to_json()
    return result | {
        "score": float(
            np.mean(
                [row["value"] for row in result["scores"] if row["split"] == "test" and row["label"] is None]
            )
        )
    }
