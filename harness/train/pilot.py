"""How long a step takes, measured on a few of them: for a plan's estimate of time."""

from __future__ import annotations

import time

from harness.data.types import RunData
from harness.plugins import Registry, load_registry
from harness.train.guards import session
from harness.train.loop import Tally, make_step, next_positions, predict_part
from harness.train.setup import Run, build_run
from harness.train.types import RunSpec


def seconds_a_step(
    data: RunData, spec: RunSpec, steps: int = 3, *, registry: Registry | None = None
) -> float:
    """Return the wall time of a training step, in s, with its share of the evaluations that draw the curves.

    One step is made before the clock starts, because the first one allocates. What is measured is thrown
    away.
    """
    with session(spec.device, deterministic=spec.deterministic) as device:
        run = build_run(data, spec, registry or load_registry(), device)
        run.network.model.train()
        return _step_s(run, steps) + _evaluation_s(run)


def _step_s(run: Run, steps: int) -> float:
    """Time steps without evaluations."""
    positions, tally = run.schedule.steps(), Tally()
    started = 0.0
    for number in range(steps + 1):
        if number == 1:
            run.watch.check()  # waits for the device
            started = time.perf_counter()
        make_step(run, tally, next_positions(positions, number), evaluated=False)
    run.watch.check()
    return (time.perf_counter() - started) / steps


def _evaluation_s(run: Run) -> float:
    """Time one evaluation of every task, and spread each over the steps between two points of its curves."""
    share = 0.0
    for index, task in enumerate(run.progress):
        started = time.perf_counter()
        predict_part(run, [index], "validation")
        share += (time.perf_counter() - started) * task.budget.n_points / task.budget.steps
    return share
