"""Parameters of the core's features; light, because they are read when plugins are listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import ConfigDict, Field, model_validator

from harness.records import FeatureParameters, Nested, Parameters

#: What the parts of a stack share: how clips become rows.
ROWS = ("sample_rate", "clip_s", "fit", "hop_s")


class Part(Parameters):
    """A feature by name, with its own parameters beside it; or the name alone."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str = Field(min_length=1, description="name of a feature")

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


class StackParameters(FeatureParameters):
    """Parameters of ``stack``."""

    nested: ClassVar[Mapping[str, Nested]] = {"parts": Nested(kind="feature", inherits=ROWS)}

    parts: tuple[Part, ...] = Field(
        min_length=1,
        description="features, in order; sample_rate, clip_s, fit and hop_s are those of the stack",
    )
    size: tuple[int, int] | None = Field(
        None, description="[bins, frames] that every part is resized to (null: the parts have one shape)"
    )
    antialias: bool = Field(
        False, description="low-pass a part before it is made smaller; without it, bilinear alone"
    )

    @model_validator(mode="after")
    def _size_is_something(self) -> StackParameters:
        if self.size is not None and min(self.size) < 1:
            raise ValueError(f"size {list(self.size)} is nothing; at least [1, 1] is allowed")
        return self
