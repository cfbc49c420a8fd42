"""Section ``datasets``: data sets with parameters, or under another name."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, ValidationInfo, model_serializer, model_validator

from harness.config.component import split_parameters
from harness.config.section import Section


class LimitPerLabel(Section):
    """At most ``n`` clips of each label of a task of the data set, drawn by the study's seed."""

    task: str = Field(min_length=1, description="task of the data set whose labels are counted")
    n: int = Field(ge=1, description="most clips of one label")


class DatasetUse(Section):
    """A data set of a study: ``{as: esc10, use: folder, path: esc10, splits: official}``.

    Needed only for data sets that need parameters, or a second copy under another name.
    """

    use: str = Field(
        min_length=1, description="data set that a plugin offers, as `harness plugins list` shows it"
    )
    as_: str = Field(
        default="",
        alias="as",
        pattern=r"^[^/\s]*$",
        description="name in the study, the part before / in tasks (default: use)",
    )
    splits: Literal["generated", "official"] = Field(
        default="generated",
        description="generated: k-fold with groups kept apart; official: the data set's own folds or split",
    )
    limit_per_label: LimitPerLabel | None = Field(
        default=None, description="use at most n clips of each label of a task: {task: keyword, n: 100}"
    )
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="the data set's own parameters (`harness plugins show NAME`)"
    )

    @model_validator(mode="before")
    @classmethod
    def _split(cls, value: Any, info: ValidationInfo) -> Any:
        value = {"use": value} if isinstance(value, str) else value
        return split_parameters(
            value, {"use", "splits", "limit_per_label"}, alias_of="use", from_file=info.mode == "json"
        )

    @model_serializer
    def _inline(self) -> dict[str, Any]:
        limit = self.limit_per_label
        given = {} if limit is None else {"limit_per_label": limit.model_dump(mode="json")}
        return {"as": self.as_, "use": self.use, "splits": self.splits, **given, **self.parameters}
