"""Click trains: a data set, a feature, a model and a combiner, as a third party would ship them."""

from collections.abc import Iterator

import numpy as np

from harness import api


class ClicksParameters(api.Parameters):
    n_clips: int = 48


class Clicks(api.Dataset):
    licence = "CC0-1.0"
    tasks = (
        api.Task(name="rate", kind="multiclass", classes=("slow", "fast")),
        api.Task(name="level", kind="multiclass", classes=("soft", "hard")),
    )

    def __init__(self, parameters: ClicksParameters, context: api.DatasetContext) -> None:
        self.n_clips = parameters.n_clips

    def clips(self) -> Iterator[api.Clip]:
        for i in range(self.n_clips):
            rng = np.random.default_rng(i)
            samples = 0.01 * rng.standard_normal(2000)
            samples[:: 500 if i % 2 else 100] += 0.3 if i // 2 % 2 else 0.9
            labels = {"rate": "slow" if i % 2 else "fast", "level": "soft" if i // 2 % 2 else "hard"}
            yield api.Clip(id=str(i), labels=labels, samples=samples, sample_rate=8000, group=str(i // 4))


@api.hookimpl
def harness_datasets() -> list[api.DatasetRecord]:
    return [api.DatasetRecord(name="clicks", factory=Clicks, parameters=ClicksParameters)]


@api.hookimpl
def harness_features() -> list[api.FeatureRecord]:
    return [api.FeatureRecord(name="envelope", factory="harness_clicks_torch:Envelope")]


@api.hookimpl
def harness_models() -> list[api.ModelRecord]:
    return [api.ModelRecord(name="linear", factory="harness_clicks_torch:linear")]


@api.hookimpl
def harness_combiners() -> list[api.CombinerRecord]:
    return [api.CombinerRecord(name="worst", factory="harness_clicks_torch:Worst")]
