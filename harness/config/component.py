"""A component as a study file names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationInfo, model_serializer, model_validator

from harness.config.section import Section


class ComponentUse(Section):
    """A component by name, with its parameters beside it, ``{name: log_mel, n_mels: 64}``; or the name alone.

    ``parameters`` holds what the component's own model made of them: validated, with defaults filled in.
    """

    name: str = Field(min_length=1, description="name of the component, as `harness plugins list` shows it")
    as_: str = Field(
        default="",
        alias="as",
        description="name in the tables; needed where one component is listed twice (default: its name)",
    )
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="the component's own parameters (`harness plugins show NAME`)"
    )

    @model_validator(mode="before")
    @classmethod
    def _split(cls, value: Any, info: ValidationInfo) -> Any:
        value = {"name": value} if isinstance(value, str) else value
        return split_parameters(value, {"name"}, alias_of="name", from_file=info.mode == "json")

    @model_serializer
    def _inline(self) -> dict[str, Any]:
        return {"name": self.name, "as": self.as_, **self.parameters}


def split_parameters(value: Any, own: set[str], *, alias_of: str, from_file: bool) -> Any:
    """Move the component's own keys into ``parameters``; ``as`` defaults to the key ``alias_of``.

    In code (not ``from_file``) ``as_`` and a whole ``parameters`` mapping may be given as well.
    """
    if not isinstance(value, Mapping):
        return value
    own = own | {"as"} if from_file else own | {"as", "as_", "parameters"}
    parts = {key: entry for key, entry in value.items() if key in own}
    if not {"as", "as_"} & set(parts) and isinstance(parts.get(alias_of), str):
        parts["as"] = parts[alias_of]
    rest = {key: entry for key, entry in value.items() if key not in own}
    return {**parts, "parameters": {**parts.get("parameters", {}), **rest}}


def named(default: str) -> Any:
    """Return a validator that gives a mapping without ``name`` the section's default component."""

    def fill(value: Any) -> Any:
        return {"name": default, **value} if isinstance(value, Mapping) else value

    return fill
