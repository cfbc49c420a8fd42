"""The unit ``joint``: how the tasks' updates agree, measured while one network learns all tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from harness.data.types import RunData
from harness.measures import gradient_cosine, tag_affinity
from harness.plugins import Registry, load_registry
from harness.probes.lookahead import look_ahead
from harness.probes.parts import Parts
from harness.probes.rows import Measured, row
from harness.train.checkpoint import Checkpoints
from harness.train.guards import session
from harness.train.loop import Tally, ended, make_step, next_positions, start
from harness.train.setup import Run, build_run
from harness.train.types import RunSpec


@dataclass
class Sums:
    """Sums of what was measured, ``[tasks][tasks]``, how often, and why not otherwise; plain values."""

    affinity: list[list[float]]
    cosine: list[list[float]]
    n: int = 0
    skipped: int = 0
    why: str = field(default="")

    def add(self, affinity: np.ndarray, cosine: np.ndarray) -> None:
        """Add a measurement."""
        self.affinity = (np.array(self.affinity) + affinity).tolist()
        self.cosine = (np.array(self.cosine) + cosine).tolist()
        self.n += 1


def run_joint(unit: Mapping[str, Any], context: Mapping[str, Any], parts: Parts) -> dict[str, Any]:
    """Return the mean of what was measured before ``unit["measurements"]`` steps of a training of all tasks."""
    spec = RunSpec.from_json({**unit["spec"], "device": context["device"]})
    checkpoints = Checkpoints(Path(context["checkpoints"]), unit["key"], float(context["checkpoint_s"]))
    _, sums = train_together(
        parts.together(), spec, checkpoints, int(unit["measurements"]), registry=load_registry()
    )
    return {"rows": _rows(spec.tasks, sums)}


def train_together(
    data: RunData, spec: RunSpec, checkpoints: Checkpoints, measurements: int, *, registry: Registry
) -> tuple[Run, Sums]:
    """Train all tasks of ``data``, and measure before as many steps, spread evenly over the training.

    The measurement leaves the training as it is. A step at which a loss or a gradient is zero is left out.
    """
    with session(spec.device, deterministic=spec.deterministic) as device:
        run, tally = start(partial(build_run, data, spec, registry, device), checkpoints)
        sums = _sums(len(spec.tasks), tally, checkpoints)
        run.network.model.train()
        steps = run.schedule.steps(tally.step)
        every = interval(run, measurements)
        while not ended(run):
            positions = next_positions(steps, tally.step)
            if tally.step % every == 0:
                _measure(run, tally, positions, sums)
            make_step(run, tally, positions)
            if checkpoints.due():
                checkpoints.save({"run": run.state(), "tally": vars(tally), "sums": vars(sums)})
        return run, sums


def interval(run: Run, measurements: int) -> int:
    """Return how many steps lie between two measurements."""
    return max(1, max(task.budget.steps for task in run.progress) // measurements)


def _sums(n: int, tally: Tally, checkpoints: Checkpoints) -> Sums:
    saved = checkpoints.load() if tally.step else None
    if saved is not None:
        return Sums(**saved["sums"])
    zeros = np.zeros((n, n)).tolist()
    return Sums(zeros, zeros)


def _measure(run: Run, tally: Tally, positions: Mapping[int, np.ndarray], sums: Sums) -> None:
    before, after, gramian = look_ahead(run, tally.step, positions)
    try:
        sums.add(tag_affinity(before, after), gradient_cosine(gramian))
    except ValueError as error:
        sums.skipped, sums.why = sums.skipped + 1, str(error)


def _rows(tasks: tuple[str, ...], sums: Sums) -> list[dict[str, Any]]:
    pairs = [(i, j) for i in range(len(tasks)) for j in range(len(tasks)) if i != j]
    found = []
    for probe, values in (("tag_affinity", sums.affinity), ("gradient_cosine", sums.cosine)):
        found += [row(probe, tasks[j], tasks[i], _mean(values[i][j], sums)) for i, j in pairs]
    return found


def _mean(value: float, sums: Sums) -> Measured:
    skipped = f"{sums.skipped} of {sums.n + sums.skipped} measurements left out: {sums.why}"
    if sums.n == 0:
        return None, skipped
    return value / sums.n, skipped if sums.skipped else None
