"""A registry made by hand, so that these tests do not depend on the components that ship."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import Field

from harness.api import (
    AugmentationRecord,
    CombinerRecord,
    Component,
    Dataset,
    DatasetContext,
    DatasetRecord,
    ExecutorRecord,
    FeatureParameters,
    FeatureRecord,
    LossRecord,
    MetricRecord,
    ModelRecord,
    OptimizerRecord,
    Parameters,
    PredictorRecord,
    ScalerRecord,
    ScheduleRecord,
    StoppingRecord,
    Task,
    TaskKind,
)
from harness.config import StudyConfig, load_study_file
from harness.errors import StudyFileError
from harness.plugins import Registered, Registry


class MelParameters(FeatureParameters):
    n_mels: int = Field(40, ge=1, le=512, description="number of mel filters")
    window: Literal["hann", "hamming"] = "hann"


class NetParameters(Parameters):
    width: int = Field(16, ge=1, description="channels of the first block")
    dropout: float = Field(0.1, ge=0, lt=1)


class AdamParameters(Parameters):
    lr: float = Field(1e-3, gt=0)
    weight_decay: float = Field(0.0, ge=0)


class PatienceParameters(Parameters):
    patience: int = Field(5, ge=1)


class WeightedParameters(Parameters):
    alpha: float = Field(0.5, ge=0, le=1)


class MaskParameters(Parameters):
    share: float = Field(0.1, ge=0, le=1)


class TaskOptions(Parameters):
    kind: TaskKind
    group: str | None = None
    metric: str | None = None


class FolderParameters(Parameters):
    path: Path
    tasks: dict[str, TaskKind | TaskOptions] = Field(min_length=1)


class ToneParameters(Parameters):
    n_clips: int = Field(100, ge=1)
    pairs: bool = False


class Tones(Dataset):
    """Has another task when ``pairs`` is set, as a data set may."""

    def __init__(self, parameters: ToneParameters, context: DatasetContext) -> None:
        self.pairs = parameters.pairs

    @property
    def tasks(self) -> tuple[Task, ...]:
        more = (Task(name="interval", kind="regression"),) if self.pairs else ()
        return (Task(name="pitch", kind="multiclass", classes=("a", "b")), *more)


def _unused(*args: Any) -> None:
    raise AssertionError("a study file is checked without building components")


RECORDS: list[Component] = [
    DatasetRecord(name="folder", factory=_unused, parameters=FolderParameters),
    DatasetRecord(name="tones", factory=Tones, parameters=ToneParameters, tasks=("pitch", "loudness")),
    DatasetRecord(name="words", factory=_unused, tasks=("digit", "voice")),
    FeatureRecord(name="log_mel", factory=_unused, parameters=MelParameters),
    ModelRecord(name="cnn", factory=_unused, parameters=NetParameters),
    ModelRecord(name="linear", factory=_unused),
    CombinerRecord(name="sum", factory=_unused),
    CombinerRecord(name="weighted", factory=_unused, parameters=WeightedParameters),
    ScheduleRecord(name="mixed", factory=_unused),
    OptimizerRecord(name="adamw", factory=_unused, parameters=AdamParameters),
    StoppingRecord(name="patience", factory=_unused, parameters=PatienceParameters),
    StoppingRecord(name="never", factory=_unused),
    ScalerRecord(name="standardise", factory=_unused),
    AugmentationRecord(name="mask", factory=_unused, parameters=MaskParameters),
    PredictorRecord(name="bingel", factory=_unused),
    PredictorRecord(name="audio", factory=_unused),
    ExecutorRecord(name="local", factory=_unused),
    LossRecord(
        name="cross_entropy", factory=_unused, task_kinds=("multiclass",), default_for=("multiclass",)
    ),
    LossRecord(name="squared", factory=_unused, task_kinds=("regression",), default_for=("regression",)),
    MetricRecord(name="macro_f1", factory=_unused, task_kinds=("multiclass",), direction="max"),
    MetricRecord(name="rmse", factory=_unused, task_kinds=("regression",), direction="min"),
]


@pytest.fixture
def registry() -> Registry:
    made = Registry()
    made.add_all([Registered(record, "fake", "fake-dist", "1.0") for record in RECORDS])
    return made


@pytest.fixture
def load(tmp_path: Path, registry: Registry) -> Callable[..., StudyConfig]:
    """Write a text to ``study.yaml`` and load it."""

    def _load(text: str, *overrides: str, **options: Any) -> StudyConfig:
        file = tmp_path / "study.yaml"
        file.write_text(text, encoding="utf-8")
        return load_study_file(file, overrides, registry=registry, **options)

    return _load


@pytest.fixture
def mistakes(load: Callable[..., StudyConfig]) -> Callable[..., list[str]]:
    """Load a text that is wrong and return its messages as ``line:column: …`` (``--set …`` as they are)."""

    def _mistakes(text: str, *overrides: str, **options: Any) -> list[str]:
        with pytest.raises(StudyFileError) as caught:
            load(text, *overrides, **options)
        lines = str(caught.value).splitlines()
        assert [str(problem) for problem in caught.value.problems] == lines
        return [line.partition("study.yaml:")[2] or line for line in lines]

    return _mistakes
