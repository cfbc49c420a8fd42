"""Where the time of a training step goes, in the loop engine and in the usual loop.

A training of two tasks on two data sets, on one thread; processor time, the median of many steps, the two sides in
turns. The phases are the same on both: the batch, the forward pass with the losses, the backward pass, the optimizer,
and everything else (records for the curves, seeds). What the operators of torch take of the loop's steps is their own
time as ``torch.profiler`` sees it. All this is for information: it shows what bounds the benchmark ``training``.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile

from benchmarks import usual_loop
from benchmarks.corpus import MODELS, Plan, run_data, spec
from benchmarks.results import Figure, Measurement, Result, figure
from harness.plugins import load_registry
from harness.train.guards import session
from harness.train.loop import Tally, make_step, next_positions
from harness.train.setup import Run, build_run

TASKS = ("instruments/family", "sounds/sound")
PHASES = ("batch", "forward", "backward", "optimizer", "everything else")
#: Operators of torch by what they are for: part of the name, in this order.
OPERATORS = {
    "convolution": "convolution",
    "batch_norm": "batch normalisation",
    "max_pool2d": "pooling",
    "adamw": "optimizer",
    "aten::mm": "matrix products",
    "aten::addmm": "matrix products",
    "random_": "dropout masks",
    "ge_": "dropout masks",
}


def run(quick: bool) -> Result:
    """Run the benchmark on the CPU."""
    before, measurements, figures = torch.get_num_threads(), list[Measurement](), list[Figure]()
    torch.set_num_threads(1)
    try:
        for name in MODELS:
            plan, steps = Plan(model=name), (10 if quick else 40 if name == "cnn" else 300)
            sides = {"loop": loop_phases, "usual loop": usual_phases}
            rounds = [{side: of(plan, steps) for side, of in sides.items()} for _ in range(1 if quick else 5)]
            whole = {side: _many(side, "ms", [sum(one[side].values()) for one in rounds]) for side in sides}
            figures.append(
                figure(
                    f"{name}: the usual loop's step over the loop's", whole["usual loop"], over=whole["loop"]
                )
            )
            for side, phase in product(sides, PHASES):
                measurements.append(
                    _many(f"{name}, {side}: {phase}", "ms", [one[side][phase] for one in rounds])
                )
            found = operators(plan, steps)
            measurements += [_many(f"{name}, loop, operators: {what}", "%", [v]) for what, v in found.items()]
    finally:
        torch.set_num_threads(before)
    return Result(
        name="steps", title="where the time of a training step goes", device="cpu",
        figures=figures, measurements=measurements, settings={"tasks": TASKS},
    )  # fmt: skip


def loop_phases(plan: Plan, steps: int) -> dict[str, float]:
    """Return the median time of each phase of the loop's steps, in ms."""
    with session("cpu", deterministic=False) as device:
        run, tally = _run(plan, device), Tally()
        clock = _Clock()
        batcher, context = run.batcher, run.context
        # the loop itself runs, and its parts are timed from outside
        clock.watch(batcher, "batch", "batch")
        clock.watch(context, "losses", "forward")
        clock.watch(context, "backward", "backward")
        clock.watch(context, "update", "optimizer")
        positions = run.schedule.steps()
        for number in range(steps):
            with clock.step():
                make_step(run, tally, next_positions(positions, number), evaluated=False)
        return clock.medians()


def usual_phases(plan: Plan, steps: int) -> dict[str, float]:
    """Return the median time of each phase of the usual loop's steps, in ms."""
    data = run_data(TASKS)
    outputs = [len(part.task.classes or ()) for part in data.tasks]
    model = usual_loop.Net(plan, data.datasets[0].features.shape[1:], outputs)
    optimizer = torch.optim.AdamW(model.parameters(), lr=plan.lr)
    features = [usual_loop.standardised(data, index) for index in range(len(data.datasets))]
    loaders = [
        usual_loop.endless(usual_loop.loader(data, features, index, "train", plan.batch_size))
        for index in range(len(features))
    ]
    clock = _Clock()
    for _ in range(steps):
        with clock.step():
            with clock.phase("batch"):
                batches = tuple(next(one) for one in loaders)
                x = torch.cat([batch[0] for batch in batches])
            optimizer.zero_grad()
            with clock.phase("forward"):
                loss = usual_loop.loss_of(model, model(x), data, batches, "cpu")
            with clock.phase("backward"):
                loss.backward()
            with clock.phase("optimizer"):
                optimizer.step()
            loss.item()
    return clock.medians()


def operators(plan: Plan, steps: int) -> dict[str, float]:
    """Return the share of the operators' own time in the loop's steps, in percent, by what they are for."""
    with session("cpu", deterministic=False) as device:
        run, tally = _run(plan, device), Tally()
        positions = run.schedule.steps()
        with profile(activities=[ProfilerActivity.CPU]) as found:
            for number in range(steps):
                make_step(run, tally, next_positions(positions, number), evaluated=False)
    times: dict[str, float] = dict.fromkeys([*OPERATORS.values(), "others"], 0.0)
    for event in found.key_averages():
        kind = next((what for part, what in OPERATORS.items() if part in event.key.lower()), "others")
        times[kind] += event.self_cpu_time_total
    return {kind: 100 * spent / sum(times.values()) for kind, spent in times.items() if spent}


def _run(plan: Plan, device: torch.device) -> Run:
    run = build_run(run_data(TASKS), spec(TASKS, 0, plan), load_registry(), device)
    run.network.model.train()
    return run


class _Clock:
    """Times phases within steps; what is in no phase is everything else."""

    def __init__(self) -> None:
        self._steps: list[dict[str, float]] = []

    @contextmanager
    def step(self) -> Iterator[None]:
        self._steps.append(dict.fromkeys(PHASES, 0.0))
        with self.phase("everything else"):
            yield
        now = self._steps[-1]
        now["everything else"] -= sum(now[phase] for phase in PHASES[:-1])

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started = time.process_time()
        yield
        self._steps[-1][name] += 1e3 * (time.process_time() - started)

    def watch(self, thing: object, method: str, phase: str) -> None:
        """Time every call of a method of an object."""
        call = getattr(thing, method)

        def timed(*args: Any, **options: Any) -> Any:
            with self.phase(phase):
                return call(*args, **options)

        setattr(thing, method, timed)

    def medians(self) -> dict[str, float]:
        """Return the median of each phase over the steps but the first ones, in ms."""
        kept = self._steps[min(5, len(self._steps) - 1) :]
        return {phase: statistics.median(step[phase] for step in kept) for phase in PHASES}


def _many(name: str, unit: str, values: Sequence[float]) -> Measurement:
    return Measurement(name=name, unit=unit, values=tuple(values))
