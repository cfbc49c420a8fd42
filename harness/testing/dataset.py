"""What every data set must do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from harness.records import Clip, Dataset, DatasetContext, DatasetRecord, Task
from harness.testing.component import ComponentContract


class DatasetContract(ComponentContract):
    """A data set iterates the same labelled clips every time. Set parameters that keep it small."""

    record: ClassVar[DatasetRecord]
    #: Where relative paths start.
    root: ClassVar[Path | None] = None

    _kept: ClassVar[tuple[Dataset, list[Clip]]]

    @pytest.fixture
    def dataset(self, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
        """The data set under test; it and its clips are made once for all tests of the class."""
        cls = type(self)
        if "_kept" not in vars(cls):
            context = DatasetContext(root=self.root, cache_dir=tmp_path_factory.mktemp("cache"))
            dataset: Dataset = self.record.build(self.settings(), context)
            cls._kept = dataset, list(dataset.clips())
        return cls._kept[0]

    @pytest.fixture
    def clips(self, dataset: Dataset) -> list[Clip]:
        """Its clips."""
        return self._kept[1]

    def test_licence_and_tasks_are_known(self, dataset: Dataset) -> None:
        assert dataset.licence not in ("", "unknown"), "state the licence"
        assert dataset.tasks, "a data set has at least one task"
        names = [task.name for task in dataset.tasks]
        assert len(set(names)) == len(names)
        if not self.parameters and self.record.tasks:
            assert tuple(names) == tuple(self.record.tasks)

    def test_ids_are_unique(self, clips: list[Clip]) -> None:
        assert clips, "no clips"
        twice = [name for name, n in Counter(clip.id for clip in clips).items() if n > 1]
        assert not twice, f"ids that occur twice: {twice[:5]}"

    def test_same_clips_every_time(self, dataset: Dataset, clips: list[Clip]) -> None:
        again = list(dataset.clips())
        assert [clip.id for clip in again] == [clip.id for clip in clips]
        for one, other in zip(clips, again, strict=True):
            assert _without_samples(one) == _without_samples(other)
            assert (one.samples is None) == (other.samples is None)
            if one.samples is not None:
                np.testing.assert_array_equal(one.samples, other.samples, err_msg=f"clip {one.id}")

    def test_audio_is_there(self, clips: list[Clip]) -> None:
        for clip in clips:
            if clip.samples is None:
                assert clip.path is not None, f"clip {clip.id} has neither path nor samples"
                assert clip.path.is_file(), f"clip {clip.id}: no file {clip.path}"
                continue
            assert clip.sample_rate is not None, f"clip {clip.id} has samples without a sample rate"
            assert clip.sample_rate > 0
            assert np.isfinite(clip.samples).all(), f"clip {clip.id} is not finite"
            assert np.abs(clip.samples).max(initial=0) <= 1, f"clip {clip.id} is beyond [-1, 1]"

    def test_labels_are_of_the_task(self, dataset: Dataset, clips: list[Clip]) -> None:
        for task in dataset.tasks:
            found = [clip.labels.get(task.name) for clip in clips]
            assert any(label is not None for label in found), f"task {task.name} has no label"
            bad = [label for label in found if label is not None and not _fits(label, task)]
            assert not bad, f"task {task.name}: labels that do not fit: {bad[:5]}; classes: {task.classes}"

    def test_groups_are_there(self, dataset: Dataset, clips: list[Clip]) -> None:
        for task in dataset.tasks:
            if task.group is not None:
                missing = [clip.id for clip in clips if task.group not in clip.groups]
                assert not missing, f"clips without group column {task.group!r}: {missing[:5]}"

    def test_official_splits_are_named_right(self, clips: list[Clip]) -> None:
        assert {clip.split for clip in clips} <= {None, "train", "validation", "test"}


def _without_samples(clip: Clip) -> dict[str, Any]:
    return {name: value for name, value in vars(clip).items() if name != "samples"}


def _fits(label: Any, task: Task) -> bool:
    if task.kind == "regression":
        return bool(np.isfinite(float(label)))
    labels = label if task.kind == "multilabel" else [label]
    return all(one in (task.classes or ()) for one in labels)
