from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.api import Clip, Dataset, DatasetContext, DatasetRecord, Task
from harness.testing import DatasetContract

TASKS = (
    Task(name="pitch", kind="multiclass", classes=("low", "high"), group="player"),
    Task(name="tags", kind="multilabel", classes=("loud", "short")),
    Task(name="tempo", kind="regression"),
)


def clip(i):
    labels = {"pitch": ("low", "high", None)[i % 3], "tags": ["loud"] if i % 2 else [], "tempo": 60.0 + i}
    samples = np.sin(np.arange(100) * (i + 1) / 50, dtype=np.float32)
    return Clip(
        id=f"clip_{i}", labels=labels, samples=samples, sample_rate=8000, groups={"player": f"p{i // 2}"}
    )


class Tones(Dataset):
    licence = "CC0-1.0"
    tasks = TASKS

    def __init__(self, parameters, context):
        self.context = context

    def clips(self):
        yield from (clip(i) for i in range(6))


def contract(dataset):
    class Contract(DatasetContract):
        record = DatasetRecord(
            name="under_test", factory=dataset, summary="for tests", tasks=("pitch", "tags", "tempo")
        )

    return Contract()


class TestTones(DatasetContract):
    record = contract(Tones).record


def changed(**fields):
    """Return a data set whose first clip has other fields."""

    class Changed(Tones):
        def clips(self):
            first, *others = super().clips()
            yield from (replace(first, **fields), *others)

    return Changed


class Unlicensed(Tones):
    licence = "unknown"


class Reseeded(Tones):
    def clips(self):
        self.rounds = getattr(self, "rounds", 0) + 1
        yield from (replace(one, samples=one.samples / self.rounds) for one in super().clips())


class OtherTasks(Tones):
    tasks = TASKS[:2]


BROKEN = [
    (Unlicensed, "test_licence_and_tasks_are_known"),
    (OtherTasks, "test_licence_and_tasks_are_known"),
    (changed(id="clip_1"), "test_ids_are_unique"),
    (Reseeded, "test_same_clips_every_time"),
    (changed(samples=np.full(9, np.nan)), "test_audio_is_there"),
    (changed(samples=np.full(9, 1.5)), "test_audio_is_there"),
    (changed(sample_rate=None), "test_audio_is_there"),
    (changed(samples=None), "test_audio_is_there"),
    (changed(samples=None, path=Path("nowhere.wav")), "test_audio_is_there"),
    (changed(labels={"pitch": "middle"}), "test_labels_are_of_the_task"),
    (changed(labels={"tags": ["loud", "soft"]}), "test_labels_are_of_the_task"),
    (changed(labels={"tempo": float("nan")}), "test_labels_are_of_the_task"),
    (changed(groups={}), "test_groups_are_there"),
    (changed(split="dev"), "test_official_splits_are_named_right"),
]


@pytest.mark.parametrize(("dataset", "test"), BROKEN)
def test_broken_data_set_is_caught(dataset, test, tmp_path):
    built = dataset(None, DatasetContext(root=None, cache_dir=tmp_path))
    available = {"dataset": built, "clips": list(built.clips())}
    method = getattr(contract(dataset), test)
    wanted = method.__code__.co_varnames[1 : method.__code__.co_argcount]
    with pytest.raises(AssertionError):
        method(**{name: available[name] for name in wanted})
