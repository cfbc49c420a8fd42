"""What the worker processes of the benchmark ``training`` do: a training by the harness or its rival, or a pack."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.corpus import Plan, run_data, spec
from benchmarks.usual_loop import train as usual
from harness.train.loop import train
from harness.train.population import Member, train_population
from harness.train.types import RunResult


def work(unit: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Train ``unit["tasks"]`` with ``unit["seed"]``; return the mean test macro F1 as ``score``.

    With ``unit["pack"]``, a list of tasks and seeds, a population is trained; then the score is the members' mean, and
    ``rows`` is how many samples it was trained with, in ``busy_s``.
    """
    import torch

    torch.set_num_threads(context["threads"])
    plan, device = Plan(**unit["plan"]), context["device"]
    if "pack" in unit:
        return _population([(tuple(tasks), seed) for tasks, seed in unit["pack"]], plan, device)
    tasks = tuple(unit["tasks"])
    if context["contender"] == "usual":
        return {"score": float(np.mean(usual(run_data(tasks), plan, unit["seed"], device=device)))}
    result = train(run_data(tasks), spec(tasks, unit["seed"], plan, device=device))
    return result.to_json() | {"score": _score(result)}


def _population(pack: list[tuple[tuple[str, ...], int]], plan: Plan, device: str) -> dict[str, Any]:
    members = [Member(run_data(tasks), spec(tasks, seed, plan, device=device), None) for tasks, seed in pack]
    found: list[RunResult] = []
    for answer in train_population(members):
        if isinstance(answer, Exception):
            raise answer
        found.append(answer)
    steps = zip((tasks for tasks, _ in pack), (result.steps for result in found), strict=True)
    return {
        "score": float(np.mean([_score(result) for result in found])),
        "engines": sorted({result.engine for result in found}),
        "rows": sum(n * plan.batch_size * _draws(tasks) for tasks, n in steps),
        "busy_s": sum(result.busy_s for result in found),
    }


def _draws(tasks: tuple[str, ...]) -> int:
    """Return how many batches a step of a group has: tasks of one data set share one."""
    return len({task.split("/")[0] for task in tasks})


def _score(result: RunResult) -> float:
    return float(np.mean([r["value"] for r in result.scores if r["split"] == "test" and r["label"] is None]))
