"""How many probes a study takes, and how long they may take, before anything is trained."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from harness.probes.names import wants
from harness.schedule.cells import Cell
from harness.schedule.probe_plan import JOINT_COMBINER, MEASUREMENTS
from harness.schedule.units import UnitFactory

if TYPE_CHECKING:
    from harness.config import ComponentUse

#: Returns the seconds of a training step of a cell, and the steps of its training.
Clock = Callable[[Cell], tuple[float, int]]


def expected_probes(factory: UnitFactory, clock: Clock) -> list[dict[str, Any]]:
    """Return a row for each kind of unit that the study takes: how many ``units``, and for the joint trainings
    ``estimate_s``, about how long one worker takes for all of them.

    These take longest by far: their steps, and for each measurement as many passes as there are tasks and one more,
    each counted as a step. The other units are passes without gradient over clips that are trained on many times.
    """
    rows: list[dict[str, Any]] = [
        {"probe": kind, "units": n, "estimate_s": None} for kind, n in _counts(factory).items() if n
    ]
    for row in rows:
        if row["probe"] == "joint":
            settings = product(factory.config.features, factory.config.models)
            row["estimate_s"] = round(sum(_joint_s(factory, *setting, clock) for setting in settings), 1)
    return rows


def _counts(factory: UnitFactory) -> dict[str, int]:
    config, wanted = factory.config, factory.wanted_probes
    tasks = sorted(config.tasks)
    settings = len(config.features) * len(config.models)
    datasets = len({task.split("/", 1)[0] for task in tasks})
    n_folds = factory.prepared.n_folds
    pairs = sum(n_folds(pair) for pair in combinations(tasks, 2))
    networks = sum(max((n_folds((a, b)) for b in tasks if b != a), default=0) for a in tasks)
    several, compares = len(tasks) > 1, wants("similarity", wanted)
    return {
        "joint": settings if several and wants("joint", wanted) else 0,
        "trunk": settings * networks if compares or wants("trunk", wanted) else 0,
        "distance": len(config.features) * datasets * (datasets - 1) // 2 if wants("distance", wanted) else 0,
        "similarity": settings * pairs if compares else 0,
    }


def _joint_s(factory: UnitFactory, feature: ComponentUse, model: ComponentUse, clock: Clock) -> float:
    from harness.config import ComponentUse as Use

    tasks = tuple(sorted(factory.config.tasks))
    seconds, steps = clock(Cell(tasks, feature, model, Use(name=JOINT_COMBINER)))
    return seconds * (steps + min(MEASUREMENTS, steps) * (len(tasks) + 1))
