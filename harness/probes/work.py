"""What a worker does with a probe's unit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from harness.data.types import RunData
from harness.probes.distance import run_distance
from harness.probes.joint import run_joint
from harness.probes.parts import Parts
from harness.probes.similarity import run_similarity
from harness.probes.trunk import run_trunk


def run_probe(
    unit: Mapping[str, Any], context: Mapping[str, Any], load: Callable[[Mapping[str, Any]], RunData]
) -> dict[str, Any]:
    """Measure; return ``rows`` of the table ``probes`` without the columns that they share, and ``wall_time_s``.

    ``load`` opens the data of a unit; ``context`` is that of :func:`harness.schedule.work.run_unit`.
    """
    started = time.perf_counter()
    result = _measured(unit, context, Parts(unit["data"], load))
    return {**result, "wall_time_s": time.perf_counter() - started}


def _measured(unit: Mapping[str, Any], context: Mapping[str, Any], parts: Parts) -> dict[str, Any]:
    if unit["probe"] == "trunk":
        return run_trunk(unit, context, parts)
    if unit["probe"] == "similarity":
        return run_similarity(unit)
    if unit["probe"] == "distance":
        return run_distance(unit, parts)
    return run_joint(unit, context, parts)
