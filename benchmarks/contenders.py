"""Trains the trainings of a pair study in worker processes, and says how many were done a minute."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.corpus import SHAPE, Plan, spec, trainings
from harness.schedule.local import LocalExecutor, LocalParameters
from harness.train.population import pack_key


@dataclass(frozen=True, kw_only=True)
class Contender:
    """Who trains, and in how many processes of how many threads; ``members`` is the size of a population, if it is one.

    ``seeds`` is how often each training is done, with another seed.
    """

    name: str
    loop: str
    workers: int
    threads: int
    seeds: int
    members: int = 0
    device: str = "cpu"


@dataclass(frozen=True, kw_only=True)
class Round:
    """What a round gave: trainings a minute, the mean test macro F1, and the workers' answers."""

    rate: float
    score: float
    answers: list[dict[str, Any]] = field(default_factory=list)


def measure(contender: Contender, plan: Plan) -> Round:
    """Train everything once. Every process has done one short training before the clock starts."""
    executor = LocalExecutor(
        LocalParameters.model_validate({"workers": contender.workers, "threads": contender.threads})
    )
    context = {"contender": contender.loop, "threads": contender.threads, "device": contender.device}
    units = list(packs(contender, plan) if contender.members else singly(contender, plan))
    executor.start("benchmarks.training_units:work", context)
    try:
        while executor.ready < contender.workers:
            executor.wait(0.1)
        short = asdict(plan) | {"epochs": 1, "curve_points": 1}
        _answers(executor, [{**units[0], "key": f"{n}", "plan": short} for n in range(contender.workers)])
        clock = time.perf_counter()
        found = _answers(executor, units)
        took = time.perf_counter() - clock
    finally:
        executor.stop(now=False)
    n = len(trainings(contender.seeds))
    print(f"{contender.name}: {n} trainings in {took:.1f} s", file=sys.stderr, flush=True)
    return Round(rate=60 * n / took, score=sum(one["score"] for one in found) / len(found), answers=found)


def singly(contender: Contender, plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield a unit for each training."""
    for number, (tasks, seed) in enumerate(trainings(contender.seeds)):
        yield {"key": f"{number}", "tasks": tasks, "seed": seed, "plan": asdict(plan)}


def packs(contender: Contender, plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield units of at most ``members`` trainings that fit into one population, as the scheduler makes them."""
    groups: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for tasks, seed in trainings(contender.seeds):
        groups.setdefault(pack_key(spec(tasks, seed, plan), SHAPE), []).append((tasks, seed))
    for key, group in groups.items():
        for start in range(0, len(group), contender.members):
            pack = group[start : start + contender.members]
            yield {"key": f"{key}-{start}", "pack": pack, "plan": asdict(plan)}


def default_threads() -> int:
    """Return the threads that torch takes when nobody says anything."""
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", "import torch; print(torch.get_num_threads())"]
    return int(subprocess.run(command, env=clean, capture_output=True, text=True, check=True).stdout)


def _answers(executor: LocalExecutor, units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for unit in units:
        executor.submit(unit)
    found: list[dict[str, Any]] = []
    while len(found) < len(units):
        for outcome in executor.wait(1.0):
            if outcome.status in ("failed", "lost"):
                raise RuntimeError(f"{outcome.error_type}: {outcome.error}\n{outcome.traceback}")
            if outcome.status == "done":
                found.append(outcome.result)
    return found
