"""What a study file may say about the Ray executor."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from harness.bases.executor import ClusterParameters
from harness.errors import HarnessError


class RayParameters(ClusterParameters):
    """Parameters of the Ray executor."""

    address: str = Field(
        "auto",
        description="a cluster's host:port; auto: the one that this machine is a node of (or $RAY_ADDRESS); "
        "local: start one on this machine, and end it with the study",
    )
    cpus_per_unit: float = Field(1.0, gt=0, description="CPUs of a node that a unit reserves")
    gpus_per_unit: float = Field(
        0.0, ge=0, description="share of a GPU that a unit reserves; 0 trains on the CPU"
    )
    workers: int | None = Field(
        None,
        ge=1,
        description="most units at once on all nodes (default: as many as the nodes have room for)",
    )
    threads: int = Field(1, ge=1, description="threads a worker uses on the CPU")
    timeout_s: float | None = Field(
        None,
        gt=0,
        description="a unit that takes longer, its data's way included, is ended and counted as lost, s",
    )
    transfer: Literal["auto", "shared", "object_store"] = Field(
        "auto",
        description="how features reach a node: shared: by their path, which every node must see; object_store: "
        "copied once a node; auto: by the path where a node sees it, else copied",
    )
    cache_dir: str | None = Field(
        None,
        description="where a node keeps its copies (default: $HARNESS_CACHE of the node, or ~/.cache/harness)",
    )

    @field_validator("address")
    @classmethod
    def _no_client(cls, value: str) -> str:
        if value.startswith("ray://"):
            raise ValueError(
                f"found {value!r}, expected auto, local or host:port; Ray Client is not used: run the command on a "
                "node of the cluster"
            )
        return value

    @field_validator("gpus_per_unit")
    @classmethod
    def _whole_gpus(cls, value: float) -> float:
        if value > 1 and value != int(value):
            raise ValueError(f"found {value:g}, expected a share up to 1 or a whole number of GPUs")
        return value

    def room(self, cpus: float, gpus: float) -> int:
        """Return how many units a node with so many CPUs and GPUs takes at once."""
        by_cpu = int(cpus / self.cpus_per_unit + 1e-9)
        if not self.gpus_per_unit:
            return by_cpu
        by_gpu = (
            int(gpus) * int(1 / self.gpus_per_unit + 1e-9)
            if self.gpus_per_unit <= 1
            else int(gpus // self.gpus_per_unit)
        )
        return min(by_cpu, by_gpu)

    def device(self, asked: str) -> str:
        """Return the device of a unit: the GPU that Ray gives it, or the CPU; this machine's own does not matter.

        Raises:
            HarnessError: the study asks for a device that the units' share of a GPU rules out.
        """
        gives = "cuda" if self.gpus_per_unit else "cpu"
        if asked not in ("auto", gives):
            raise HarnessError(
                f"compute.device: {asked!r}, and compute.executor.gpus_per_unit: "
                f"{self.gpus_per_unit:g}; units have a GPU where gpus_per_unit is above 0, and Ray "
                "chooses which (device: auto or cuda); with 0 they have none (device: auto or cpu)"
            )
        return gives
