"""The unit ``trunk``: what one single network makes of the pooled clips, and of the other tasks' training clips."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from harness.errors import TrainingError
from harness.plugins import load_registry
from harness.probes.networks import SingleNetwork, state_of
from harness.probes.packed import pack
from harness.probes.parts import Parts
from harness.probes.rows import row
from harness.probes.states import States
from harness.probes.transfer import transferability
from harness.train.checkpoint import Checkpoints
from harness.train.guards import session
from harness.train.types import RunSpec


def run_trunk(unit: Mapping[str, Any], context: Mapping[str, Any], parts: Parts) -> dict[str, Any]:
    """Return the rows of ``unit["mains"]`` (the network is the partner's), and the embedding of the pooled clips.

    ``unit["training"]`` is the single training (its ``key`` and ``spec``); ``unit["pool"]`` the pool: ``tasks``, one a
    data set, of whose validation clips up to ``clips`` are drawn. ``unit["clips"]`` is how many training clips of a
    main are looked at, at most.
    """
    spec = RunSpec.from_json({**unit["training"]["spec"], "device": context["device"]})
    checkpoints = Path(context["checkpoints"])
    registry = load_registry()
    data = parts.alone(spec.tasks[0])
    with session(spec.device, deterministic=spec.deterministic) as device:
        network = SingleNetwork(data, spec, registry, device)
    if not network.embeds:
        name = spec.model.name
        raise TrainingError(f"model {name!r} has no embed(x): its networks have no representation to probe")
    store = Checkpoints(checkpoints, unit["key"], float(context["checkpoint_s"]))
    state = state_of(unit["training"]["key"], data, spec, States.beside(checkpoints), store, registry)
    with session(spec.device, deterministic=spec.deterministic):
        network.take(state)
        rows = [one for main in unit["mains"] for one in _rows(network, main, unit["clips"], parts)]
        return {"rows": rows, "pool": pack(_pool(network, unit["pool"], parts))}


def _rows(network: SingleNetwork, main: str, most: int, parts: Parts) -> list[dict[str, Any]]:
    data = parts.alone(main)
    part = data.tasks[0]
    clips = parts.sample(part.train, most, "transfer", main)
    found = transferability(network.see(data, clips), network.run.data.tasks[0].task, part, clips)
    return [row(probe, main, network.task, value) for probe, value in found.items()]


def _pool(network: SingleNetwork, pool: Mapping[str, Any], parts: Parts) -> np.ndarray:
    """Return the embedding of the pooled clips, ``[clips, width]``."""
    found = []
    for task in pool["tasks"]:
        data = parts.alone(task)
        clips = parts.sample(data.tasks[0].validation, pool["clips"], "pool", task)
        found.append(network.see(data, clips).embedding)
    return np.concatenate(found)
