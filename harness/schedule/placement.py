"""Where trainings run and by which engine: what ``auto`` in section ``compute`` stands for here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.bases.executor import ClusterParameters
from harness.errors import HarnessError
from harness.plugins import Registry
from harness.records import Parameters

if TYPE_CHECKING:
    from harness.config import StudyConfig

#: Trainings in a pack, and units at a time on one GPU, where the study file does not say.
POPULATION, SLOTS = 64, 1


@dataclass(frozen=True)
class Placement:
    """``device`` is what a unit is told; ``devices`` are those of this machine, dealt out to its workers in turn.

    ``most`` is the number of trainings that may be one unit: 1 where there are no packs.
    """

    parameters: Parameters
    device: str
    devices: tuple[str, ...]
    engine: str
    most: int


def place(config: StudyConfig, registry: Registry, gpus: Callable[[], int] | None = None) -> Placement:
    """Settle executor, device and engine. ``gpus`` counts the GPUs of this machine (default: torch does).

    Raises:
        HarnessError: a device was asked for that is not there.
    """
    compute, count = config.compute, gpus or count_gpus
    record = registry.get("executor", compute.executor.name).component
    fields = record.parameters.model_fields
    asked = dict(compute.executor.parameters)
    if isinstance(compute.workers, int) and "workers" in fields:
        asked["workers"] = compute.workers
    if compute.timeout_s is not None and "timeout_s" in fields:
        asked["timeout_s"] = compute.timeout_s
    parameters = record.parameters(**asked)
    devices: tuple[str, ...] = ()
    if isinstance(parameters, ClusterParameters):
        device = parameters.device(compute.device)
    else:
        device, devices = devices_here(compute.device, count)
    if device != "cpu" and devices and "workers" in fields and asked.get("workers") is None:
        parameters = record.parameters(**{**asked, "workers": len(devices) * _or(compute.slots, SLOTS)})
    engine = resolve_engine(compute.engine, device)
    most = _or(compute.population, POPULATION) if engine == "population" else 1
    return Placement(parameters, device, devices, engine, most)


def devices_here(asked: str, gpus: Callable[[], int]) -> tuple[str, tuple[str, ...]]:
    """Return (what was asked for, the devices that it stands for): ``cuda`` are all GPUs, ``cuda:1`` is one.

    Raises:
        HarnessError: there is no such GPU.
    """
    if asked == "cpu" or (asked == "auto" and gpus() == 0):
        return "cpu", ("cpu",)
    n = gpus()
    if asked in ("auto", "cuda") and n:
        return "cuda", tuple(f"cuda:{number}" for number in range(n))
    if n == 0:
        raise HarnessError(
            f"compute.device: {asked!r} was asked for and torch finds no CUDA device; use auto or cpu"
        )
    if int(asked.removeprefix("cuda:")) >= n:
        allowed = ", ".join(["auto", "cpu", "cuda", *(f"cuda:{number}" for number in range(n))])
        raise HarnessError(
            f"compute.device: found {asked!r}, and torch finds {n} GPU(s) here; use one of: {allowed}"
        )
    return asked, (asked,)


def resolve_engine(asked: str, device: str) -> str:
    """Return ``loop`` or ``population``: ``auto`` is populations on a GPU, and the loop in processes on a CPU."""
    if asked != "auto":
        return asked
    return "population" if device.startswith("cuda") else "loop"


def count_gpus() -> int:
    """Return how many GPUs torch can use here."""
    import torch

    return torch.cuda.device_count() if torch.cuda.is_available() else 0


def _or(value: int | str, default: int) -> int:
    return value if isinstance(value, int) else default
