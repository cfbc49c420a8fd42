"""Section ``compute``: where and how trainings run; only ``deterministic`` and ``engine`` decide results."""

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
        default="auto", description="worker processes; auto: as many as cores on a CPU, one a GPU"
    )
    device: Annotated[str, AfterValidator(_device)] = Field(
        default="auto", description="auto (a GPU where there is one), cpu, cuda, or cuda:<number>"
    )
    engine: Literal["auto", "loop"] = Field(default="auto", description="training engine")
    timeout_s: float | None = Field(
        default=None, gt=0, description="seconds after which a training counts as failed; null: none"
    )
    deterministic: bool = Field(
        default=False, description="ask torch for deterministic algorithms (slower on a GPU)"
    )
