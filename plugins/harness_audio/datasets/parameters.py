"""Parameters of the ``folder`` data set."""

from __future__ import annotations

from typing import Any, Self

from pydantic import (
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from harness.api import Parameters, TaskKind


class FolderTask(Parameters):
    """One task of a folder: its kind alone (``sound: multiclass``), or a mapping with these keys."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    kind: TaskKind = Field(description="binary, multiclass, multilabel or regression")
    column: str | None = Field(None, description="column with the labels (default: the task's name)")
    group: str | None = Field(
        None, description="column that must not be on both sides of a split, for this task"
    )
    classes: tuple[str, ...] | None = Field(
        None, description="classes in order (default: those found, sorted)"
    )
    positive: str | None = Field(None, description="positive class of a binary task (default: the second)")
    separator: str = Field("|", min_length=1, description="what separates the classes of a multilabel cell")
    metric: str | None = Field(None, description="primary metric (default: the kind's)")
    loss: str | None = Field(None, description="loss (default: the kind's)")

    @model_validator(mode="before")
    @classmethod
    def _kind_alone(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _keys_fit_kind(self) -> Self:
        if self.positive is not None and self.kind != "binary":
            raise ValueError(f"positive is for a binary task, this one is {self.kind}")
        if self.classes is not None:
            self._check_classes(self.classes)
        return self

    def _check_classes(self, classes: tuple[str, ...]) -> None:
        if self.kind == "regression":
            raise ValueError("a regression task has no classes")
        if len(set(classes)) < len(classes):
            raise ValueError(f"classes has a class twice: {', '.join(classes)}")
        if self.kind == "binary" and len(classes) != 2:
            raise ValueError(f"a binary task has two classes, found {len(classes)}")
        if self.positive is not None and self.positive not in classes:
            raise ValueError(f"positive {self.positive!r} is not among the classes: {', '.join(classes)}")


class FolderParameters(Parameters):
    """Parameters of ``folder``. A column named by default is used if it is there; null switches it off."""

    path: str = Field(description="directory; a relative one starts at data.root (--data-root), else here")
    tasks: dict[str, FolderTask] = Field(
        default_factory=dict,
        description="tasks by name; the first one's labels stratify the generated splits",
    )
    labels: str = Field("labels.csv", description="CSV file with one row a clip, in the directory")
    file: str = Field("file", description="column with the path of the audio file, relative to the directory")
    group: str | None = Field("group", description="column with the speaker, patient or source recording")
    fold: str | None = Field("fold", description="column with the official fold")
    split: str | None = Field(
        "split", description="column with the official split: train, validation or test"
    )
    start_s: str | None = Field("start_s", description="column with the start of the clip in its file, s")
    end_s: str | None = Field("end_s", description="column with the end of the clip in its file, s")
    sample_rate: int | None = Field(
        None, gt=0, description="rate that every file must have, Hz (default: any)"
    )
    exclude_labels: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="task to classes: clips that have one of them are left out, and the classes as well",
    )
    domain: str = Field("", description="what the audio is, for the tables: speech, music, medical …")

    @model_serializer(mode="wrap")
    def _only_if_set(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave an empty ``exclude_labels`` out: the identity of studies without it stays what it was."""
        values: dict[str, Any] = handler(self)
        return {name: value for name, value in values.items() if name != "exclude_labels" or value}

    @field_validator("tasks")
    @classmethod
    def _names_fit(cls, tasks: dict[str, FolderTask]) -> dict[str, FolderTask]:
        for name in tasks:
            if not name or "/" in name:
                raise ValueError(f"a task's name is not empty and has no '/', found {name!r}")
        return tasks
