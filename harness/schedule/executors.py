"""Starting the executor that a study names, on the device that it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from harness.bases.executor import ClusterParameters, Executor
from harness.errors import HarnessError
from harness.plugins import Registry

if TYPE_CHECKING:
    from harness.config import StudyConfig

#: What a worker calls for each unit.
RUN_UNIT = "harness.schedule.work:run_unit"
#: A running training leaves a checkpoint this often, s.
CHECKPOINT_EVERY_S = 20.0


@contextmanager
def started_executor(config: StudyConfig, registry: Registry, checkpoints: Path) -> Iterator[Executor]:
    """Start the executor of the study and end its workers, whatever happens."""
    record = registry.get("executor", config.compute.executor.name).component
    asked = dict(config.compute.executor.parameters)
    fields = record.parameters.model_fields
    if isinstance(config.compute.workers, int) and "workers" in fields:
        asked["workers"] = config.compute.workers
    if config.compute.timeout_s is not None and "timeout_s" in fields:
        asked["timeout_s"] = config.compute.timeout_s
    parameters = record.parameters(**asked)
    elsewhere = isinstance(parameters, ClusterParameters)
    device = (parameters.device if elsewhere else resolve_device)(config.compute.device)
    if device != "cpu" and not elsewhere and asked.get("workers") is None and "workers" in fields:
        asked["workers"] = 1
    executor: Executor = record.build(record.parameters(**asked))
    context = {
        "device": device,
        "threads": asked.get("threads", 1),
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


def resolve_device(asked: str) -> str:
    """Return the device that ``auto`` stands for, or the one asked for if it is there."""
    import torch

    if asked == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if asked.startswith("cuda") and not torch.cuda.is_available():
        raise HarnessError(
            f"compute.device: {asked!r} was asked for and torch finds no CUDA device; use auto or cpu"
        )
    return asked
