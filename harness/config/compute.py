"""Section ``compute``: where and how trainings run, and who is told; only ``deterministic`` decides results."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from harness.config.component import ComponentUse, named
from harness.config.section import Section


def _device(value: str) -> str:
    kind, _, index = value.partition(":")
    if value in ("auto", "cpu", "cuda") or (kind == "cuda" and index.isdecimal()):
        return value
    raise ValueError(f"found {value!r}, expected one of: auto, cpu, cuda, cuda:0, cuda:1, …")


class Compute(Section):
    """Executor, workers, device and engine."""

    executor: Annotated[ComponentUse, BeforeValidator(named("local"))] = Field(
        default=ComponentUse(name="local"), description="where trainings run"
    )
    workers: Literal["auto"] | Annotated[int, Field(ge=1)] = Field(
        default="auto", description="worker processes; auto: as many as cores on a CPU, `slots` a GPU"
    )
    device: Annotated[str, AfterValidator(_device)] = Field(
        default="auto",
        description="auto (all GPUs, or the CPU where there is none), cpu, cuda (all GPUs), or cuda:<number>",
    )
    engine: Literal["auto", "loop", "population"] = Field(
        default="auto",
        description="loop: one training at a time a worker; population: many of the same shapes at once; auto: "
        "population on a GPU, loop on a CPU",
    )
    slots: Literal["auto"] | Annotated[int, Field(ge=1)] = Field(
        default="auto", description="workers a GPU, each with a training or a population of its own; auto: 1"
    )
    population: Literal["auto"] | Annotated[int, Field(ge=1)] = Field(
        default="auto",
        description="most trainings of a population (fewer where memory is short); auto: 64",
    )
    timeout_s: float | None = Field(
        default=None,
        gt=0,
        description="seconds after which a training counts as failed; null: none",
        examples=[3600.0],
    )
    deterministic: bool = Field(
        default=False, description="ask torch for deterministic algorithms (slower on a GPU)"
    )
    trackers: tuple[ComponentUse, ...] = Field(
        default=(),
        description="experiment trackers that are told of every run, such as tensorboard",
        examples=[["tensorboard"]],
    )
