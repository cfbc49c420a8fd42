"""Trainings a minute of a pair study, against the usual loop with a DataLoader.

The trainings are those of a study of four tasks on three small corpora (:mod:`benchmarks.corpus`): every single and every
pair, with the networks of ``studies/real_pairs.yaml``. Both sides train the same networks on the same data with the same
batch size, number of steps and evaluations (validation after every epoch, the best epoch is tested). The rival is
:mod:`benchmarks.usual_loop`, one training at a time at torch's default threads, and in as many one-thread processes as
the harness has. Data are made, and each process has done one training, before the clock starts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import asdict
from typing import Any

from benchmarks.corpus import CORPORA, MODELS, SHAPE, Plan, trainings
from benchmarks.machine import cores
from benchmarks.results import Figure, Measurement, Result, figure
from harness.schedule.local import LocalExecutor, LocalParameters

#: Ratios that the harness promises on two cores: against one training at a time, and against as many processes.
TARGETS = {"cnn": (1.8, 1.4), "dnn": (3.0, 1.8)}
UNIT = "a minute"


def run(quick: bool) -> Result:
    """Run the benchmark: three rounds in which the contenders take turns."""
    rounds, seeds = (1, 1) if quick else (3, 2)
    plans = {
        name: Plan(model=name, epochs=2 if quick else 12, curve_points=2 if quick else 12) for name in MODELS
    }
    figures: list[Figure] = []
    measurements: list[Measurement] = []
    notes: list[str] = []
    for name, plan in plans.items():
        rates, scores = _rates(plan, seeds if name == "cnn" else 2 * seeds, rounds)
        measurements += rates.values()
        loop, alone, processes = rates.values()
        against_alone, against_processes = TARGETS[name]
        figures += [
            figure(f"{name}: loop against the usual loop", loop, over=alone, at_least=against_alone),
            figure(
                f"{name}: loop against it in {cores()} processes",
                loop,
                over=processes,
                at_least=against_processes,
            ),
        ]
        notes.append(
            f"{name}: mean test macro F1 {scores['harness']:.3f} by the harness, {scores['usual']:.3f} by the usual loop."
        )
    settings = {
        "corpora": CORPORA,
        "shape": SHAPE,
        "plans": {name: asdict(plan) for name, plan in plans.items()},
    }
    return Result(
        name="training", title="trainings a minute of a pair study", device="cpu",
        figures=figures, measurements=measurements, settings=settings, notes=notes,
    )  # fmt: skip


def _rates(plan: Plan, seeds: int, rounds: int) -> tuple[dict[str, Measurement], dict[str, float]]:
    """Return the trainings a minute of the harness, the usual loop, and the usual loop in processes."""
    contenders = {
        f"{plan.model}: loop, {cores()} processes of one thread": ("harness", cores(), 1),
        f"{plan.model}: usual loop, {default_threads()} threads": ("usual", 1, default_threads()),
        f"{plan.model}: usual loop, {cores()} processes of one thread": ("usual", cores(), 1),
    }
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    scores: dict[str, float] = {}
    for _ in range(rounds):
        for name, (contender, workers, threads) in contenders.items():
            rate, scores[contender] = measure(contender, plan, seeds, workers=workers, threads=threads)
            rates[name].append(rate)
    return {name: Measurement(name=name, unit=UNIT, values=tuple(v)) for name, v in rates.items()}, scores


def measure(
    contender: str, plan: Plan, seeds: int, *, workers: int, threads: int, device: str = "cpu"
) -> tuple[float, float]:
    """Train everything once in worker processes; return trainings a minute, and the mean test macro F1."""
    executor = LocalExecutor(LocalParameters(workers=workers, threads=threads))
    context = {"contender": contender, "threads": threads, "device": device}
    units = [
        {"key": f"{index}", "tasks": tasks, "seed": seed, "plan": asdict(plan)}
        for index, (tasks, seed) in enumerate(trainings(seeds))
    ]
    executor.start("benchmarks.training_units:work", context)
    try:
        _answers(executor, [{**units[0], "key": f"warm {n}"} for n in range(workers)])
        clock = time.perf_counter()
        found = _answers(executor, units)
        took = time.perf_counter() - clock
    finally:
        executor.stop(now=False)
    return 60 * len(units) / took, sum(found) / len(found)


def _answers(executor: LocalExecutor, units: list[dict[str, Any]]) -> list[float]:
    for unit in units:
        executor.submit(unit)
    scores: list[float] = []
    while len(scores) < len(units):
        for outcome in executor.wait(1.0):
            if outcome.status in ("failed", "lost"):
                raise RuntimeError(f"{outcome.error_type}: {outcome.error}\n{outcome.traceback}")
            if outcome.status == "done":
                scores.append(outcome.result["score"])
    return scores


def default_threads() -> int:
    """Return the threads that torch takes when nobody says anything."""
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", "import torch; print(torch.get_num_threads())"]
    return int(subprocess.run(command, env=clean, capture_output=True, text=True, check=True).stdout)
