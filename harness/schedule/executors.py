"""Starting the executor that a study names, with what its workers need to know."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from harness.bases.executor import Executor
from harness.plugins import Registry
from harness.schedule.placement import Placement

if TYPE_CHECKING:
    from harness.config import StudyConfig

#: What a worker calls for each unit.
RUN_UNIT = "harness.schedule.work:run_unit"
#: A running training leaves a checkpoint this often, s.
CHECKPOINT_EVERY_S = 20.0


@contextmanager
def started_executor(
    config: StudyConfig, registry: Registry, placement: Placement, checkpoints: Path
) -> Iterator[Executor]:
    """Start the executor of the study and end its workers, whatever happens."""
    record = registry.get("executor", config.compute.executor.name).component
    executor: Executor = record.build(placement.parameters)
    context = {
        "device": placement.device,
        "devices": list(placement.devices),
        "engine": placement.engine,
        "components": _components(config, registry),
        "threads": getattr(placement.parameters, "threads", 1),
        "memory_gb": config.data.options.memory_gb,
        "checkpoints": str(checkpoints.resolve()),
        "checkpoint_s": CHECKPOINT_EVERY_S,
    }
    try:
        executor.start(RUN_UNIT, context)
        yield executor
    except BaseException:
        executor.stop(now=True)
        raise
    executor.stop(now=False)


def _components(config: StudyConfig, registry: Registry) -> list[tuple[str, str]]:
    """Return (kind, name) of what the study's trainings are made of."""
    training = config.training
    named = [("model", use.name) for use in config.models] + [
        ("combiner", use.name) for use in config.combiners
    ]
    named += [("augmentation", use.name) for use in training.augmentations]
    named += [("term", use.name) for use in training.terms]
    named += [
        (kind, getattr(training, kind).name) for kind in ("optimizer", "schedule", "scaler", "stopping")
    ]
    common = [(kind, entry.component.name) for kind in ("loss", "metric") for entry in registry.all(kind)]
    return named + common
