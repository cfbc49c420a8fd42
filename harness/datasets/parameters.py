"""Parameters of the core's data sets; light, because they are read when plugins are listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from harness.errors import did_you_mean
from harness.records import Nested, Parameters, TaskKind


class Member(Parameters):
    """A data set by name, with its own parameters beside it; or the name alone."""

    model_config = ConfigDict(extra="allow", frozen=True, serialize_by_alias=True)

    use: str = Field(min_length=1, description="name of a data set")
    as_: str = Field("", alias="as", pattern=r"^[^/\s]*$", description="its name in the union (default: use)")

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        value = {"use": value} if isinstance(value, str) else value
        if isinstance(value, Mapping) and not value.get("as") and isinstance(value.get("use"), str):
            return {**value, "as": value["use"]}
        return value


class UnionTask(Parameters):
    """One task made of tasks of several data sets; or its kind alone."""

    model_config = ConfigDict(serialize_by_alias=True)

    kind: TaskKind = Field(description="binary, multiclass, multilabel or regression, as its sources are")
    from_: dict[str, str] | None = Field(
        None,
        alias="from",
        min_length=1,
        description="which task of which data set (default: that of the same name in each that has one)",
    )
    rename: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="classes that are called otherwise in a data set: {b: {theirs: ours}}",
    )
    metric: str | None = Field(
        None, description="primary metric (default: that of the sources, if they agree)"
    )
    loss: str | None = Field(None, description="loss (default: that of the sources, if they agree)")

    @model_validator(mode="before")
    @classmethod
    def _by_kind(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value


def is_source(kind: str | None, wanted: str) -> bool:
    """Return whether a task of a kind (``None``: not known) can be a source of a union's task of another."""
    return kind in (None, wanted) or (kind, wanted) == ("binary", "multiclass")


class UnionParameters(Parameters):
    """Parameters of ``union``."""

    model_config = ConfigDict(serialize_by_alias=True)

    nested: ClassVar[Mapping[str, Nested]] = {"of": Nested(kind="dataset", key="use")}

    of: tuple[Member, ...] = Field(min_length=1, description="data sets: {as: a, use: folder, path: …}")
    tasks: dict[str, UnionTask] = Field(
        min_length=1, description="tasks: {keyword: {kind: multiclass, from: {a: keyword, b: word}}}"
    )

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        names = [member.as_ for member in self.of]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(
                    f"data set {name!r} is listed twice in `of`; give one another name with `as`"
                )
        for task, options in self.tasks.items():
            for name in [*(options.from_ or ()), *options.rename]:
                if name not in names:
                    near = did_you_mean(name, names)
                    raise ValueError(
                        f"task {task!r} names data set {name!r}{near}, which is not in `of`; allowed: "
                        f"{', '.join(names)}"
                    )
        return self
