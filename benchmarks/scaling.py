"""Units by Ray with 1, 2 and 4 workers: what a unit costs beside its training, and how trainings speed up.

A Ray cluster is started on this machine for each number of workers, with so many CPUs declared; nodes of a real cluster
add the network's delay to each unit. The no-op units measure what the parent, Ray and the worker spend on a unit. The
real units are the trainings of a small pair study (:mod:`benchmarks.corpus`) with the ``dnn``; they cannot run faster
than the machine has cores. Each worker has done one unit before the clock starts. A small study on 1 and 2 workers is
held against what ``harness study plan`` foretells: the model of docs/guides/scaling.md.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from benchmarks.corpus import Plan, trainings
from benchmarks.machine import cores
from benchmarks.results import Figure, Measurement, Result, figure
from benchmarks.scaling_study import foretold_s, measured_s
from harness.bases.executor import Executor
from harness.schedule.local import LocalExecutor, LocalParameters
from harness.schedule.ray_executor import RayExecutor
from harness.schedule.ray_parameters import RayParameters

WORKERS = (1, 2, 4)
CONTEXT = {"contender": "harness", "threads": 1, "device": "cpu"}
STUDY_EXECUTORS = {"local": {"executor": "local"}, "Ray": {"executor": "{name: ray, address: local}"}}
UNITS = {"start": "s", "no-op": "ms a unit", "real": "trainings a minute", "study": "s", "foretold": "s"}
TRAIN, NOTHING = "benchmarks.training_units:work", "benchmarks.scaling:nothing"


def nothing(unit: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Do nothing."""
    return {}


def run(quick: bool) -> Result:
    """Run the benchmark: rounds in which the numbers of workers take turns, then each study once."""
    rounds, n_nothing = (1, 200) if quick else (3, 3000)
    plan = Plan(model="dnn", epochs=2 if quick else 12, curve_points=2 if quick else 12)
    real = _real_units(plan, 1 if quick else 4)
    idle = [{"key": f"{index}"} for index in range(n_nothing)]
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, make in _contenders().items():
            found["start", name].append(_tell("start", name, _start_s(make)))
            no_op_ms = 1e3 * _seconds(make, NOTHING, idle) / len(idle)
            found["no-op", name].append(_tell("no-op", name, no_op_ms))
            a_minute = 60 * len(real) / _seconds(make, TRAIN, real)
            found["real", name].append(_tell("real", name, a_minute))
    for n in (1, 2):  # once each: a study takes a minute or two
        for executor, chosen in STUDY_EXECUTORS.items():
            name = f"{executor}, {_n(n)}"
            found["foretold", name].append(_tell("foretold", name, foretold_s(n, quick=quick)[0]))
            found["study", name].append(_tell("study", name, measured_s(n, chosen, quick=quick)))
    measured = {
        (what, name): Measurement(name=f"{name}: {what}", unit=UNITS[what], values=tuple(values))
        for (what, name), values in found.items()
    }
    return Result(
        name="scaling", title="Ray with 1, 2 and 4 workers", device="cpu",
        figures=_figures(measured), measurements=list(measured.values()),
        settings={"n_noop": n_nothing, "n_real": len(real), "plan": asdict(plan)},
        notes=[f"This machine has {cores()} cores: more workers than that share them."],
    )  # fmt: skip


def _tell(what: str, name: str, value: float) -> float:
    """Say how far the benchmark is, and give the value back."""
    print(f"{name}: {what}: {value:.3g} {UNITS[what]}", file=sys.stderr, flush=True)
    return value


def _figures(measured: dict[tuple[str, str], Measurement]) -> list[Figure]:
    one = measured["real", _name(1)]
    figures = [figure(f"no-op units, {_name(n)}", measured["no-op", _name(n)]) for n in WORKERS]
    figures += [
        figure(f"real units, {_name(n)} over 1", measured["real", _name(n)], over=one) for n in WORKERS[1:]
    ]
    ray, local = measured["real", _name(2)], measured["real", "local, 2 workers"]
    figures += [figure("real units, 2 workers: Ray over local", ray, over=local)]
    studies = [name for what, name in measured if what == "study"]
    return figures + [
        figure(
            f"study, {name}: measured over foretold", measured["study", name], over=measured["foretold", name]
        )
        for name in studies
    ]


def _name(workers: int) -> str:
    return f"Ray, {_n(workers)}"


def _n(workers: int) -> str:
    return f"{workers} worker{'s' * (workers > 1)}"


def _contenders() -> dict[str, Callable[[], Executor]]:
    ray: dict[str, Callable[[], Executor]] = {
        _name(n): lambda n=n: RayExecutor(RayParameters(address="local", workers=n))  # type: ignore[misc]
        for n in WORKERS
    }
    return {**ray, "local, 2 workers": lambda: LocalExecutor(LocalParameters(workers=2))}


def _real_units(plan: Plan, seeds: int) -> list[dict[str, Any]]:
    return [
        {"key": f"{index}", "tasks": tasks, "seed": seed, "plan": asdict(plan)}
        for index, (tasks, seed) in enumerate(trainings(seeds))
    ]


def _start_s(make: Callable[[], Executor]) -> float:
    """Return how long it takes from nothing to the first unit's end, s."""
    clock = time.perf_counter()
    executor = make()
    try:
        executor.start(NOTHING, CONTEXT)
        _answers(executor, [{"key": "first"}])
        return time.perf_counter() - clock
    finally:
        executor.stop(now=False)


def _seconds(make: Callable[[], Executor], function: str, units: list[dict[str, Any]]) -> float:
    """Return how long the workers take for the units once each of them has done one, s."""
    executor = make()
    try:
        executor.start(function, CONTEXT)
        _warm(executor, units[0])
        clock = time.perf_counter()
        _answers(executor, units)
        return time.perf_counter() - clock
    finally:
        executor.stop(now=False)


def _warm(executor: Executor, unit: dict[str, Any]) -> None:
    """Let every worker do a unit: they come one after another."""
    seen: set[str] = set()
    while len(seen) < executor.slots:
        seen |= _answers(executor, [{**unit, "key": f"warm {slot}"} for slot in range(executor.slots)])


def _answers(executor: Executor, units: list[dict[str, Any]]) -> set[str]:
    """Do the units; return the names of the workers that did them."""
    workers = set()
    for unit in units:
        executor.submit(unit)
    left = {unit["key"] for unit in units}
    while left:
        for outcome in executor.wait(1.0):
            if outcome.status in ("failed", "lost"):
                raise RuntimeError(f"{outcome.error_type}: {outcome.error}\n{outcome.traceback}")
            if outcome.status == "done":
                left.discard(outcome.key)
                workers.add(outcome.worker)
    return workers
