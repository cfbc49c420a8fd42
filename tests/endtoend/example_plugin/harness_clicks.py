"""Click trains: a data set, a feature, a model and a combiner, as a third party would ship them."""

from collections.abc import Iterator

import numpy as np

from harness.api import (
    Clip,
    CombinerRecord,
    Dataset,
    DatasetContext,
    DatasetRecord,
    FeatureRecord,
    ModelRecord,
    Parameters,
    Task,
    hookimpl,
)  # fmt: skip


class ClicksParameters(Parameters):
    n_clips: int = 48


class Clicks(Dataset):
    licence = "CC0-1.0"
    tasks = (
        Task(name="rate", kind="multiclass", classes=("slow", "fast")),
        Task(name="level", kind="multiclass", classes=("soft", "hard")),
    )

    def __init__(self, parameters: ClicksParameters, context: DatasetContext) -> None:
        self.n_clips = parameters.n_clips

    def clips(self) -> Iterator[Clip]:
        for i in range(self.n_clips):
            rng = np.random.default_rng(i)
            samples = 0.01 * rng.standard_normal(2000)
            samples[:: 500 if i % 2 else 100] += 0.3 if i // 2 % 2 else 0.9
            labels = {"rate": "slow" if i % 2 else "fast", "level": "soft" if i // 2 % 2 else "hard"}
            yield Clip(id=str(i), labels=labels, samples=samples, sample_rate=8000, group=str(i // 4))


@hookimpl
def harness_datasets() -> list[DatasetRecord]:
    return [
        DatasetRecord(name="clicks", factory=Clicks, parameters=ClicksParameters, tasks=("rate", "level"))
    ]


@hookimpl
def harness_features() -> list[FeatureRecord]:
    return [
        FeatureRecord(
            name="envelope", factory="harness_clicks_torch:Envelope", summary="Peaks of short frames."
        )
    ]


@hookimpl
def harness_models() -> list[ModelRecord]:
    return [
        ModelRecord(name="linear", factory="harness_clicks_torch:linear", summary="One shared linear layer.")
    ]


@hookimpl
def harness_combiners() -> list[CombinerRecord]:
    return [
        CombinerRecord(name="worst", factory="harness_clicks_torch:Worst", summary="The largest loss alone.")
    ]
