"""Corpora in miniature, in the published layouts, for the tests of their readers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import soundfile

from harness.api import DatasetContext
from harness.data.listing import list_clips
from harness.testing.dataset import DatasetContract
from harness_audio.datasets.records import RECORDS

BY_NAME = {record.name: record for record in RECORDS}


def write_wav(path: Path, seconds: float = 0.01, sample_rate: int = 8000) -> None:
    """Write noise, the same in every file of a length."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_wav(seconds, sample_rate))


@cache
def _wav(seconds: float, sample_rate: int) -> bytes:
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, round(seconds * sample_rate))
    buffer = BytesIO()
    soundfile.write(buffer, samples, sample_rate, format="WAV")
    return buffer.getvalue()


def write_text(path: Path, text: str) -> None:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def replace_text(path: Path, old: str, new: str) -> None:
    """Change a file, which must have what is to be changed."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def build(name: str, directory: Path, **values):
    """Return the data set that a study would get."""
    record = BY_NAME[name]
    context = DatasetContext(root=directory.parent, cache_dir=directory.parent / "cache")
    return record.build(record.parameters(path=directory.name, **values), context)


def listed(name: str, directory: Path, **values):
    """Return the clips by id."""
    return {clip.id: clip for clip in build(name, directory, **values).clips()}


class TreeContract(DatasetContract):
    """The contract of data sets, on the tree that ``tree(directory)`` writes; the record's tasks are its own."""

    parameters: ClassVar[dict] = {"path": "corpus"}
    tree: ClassVar[Callable[[Path], None]]

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _tree(cls, tmp_path_factory):
        cls.root = tmp_path_factory.mktemp("root")
        cls.tree(cls.root / "corpus")

    def test_tasks_are_those_listed(self, dataset):
        assert tuple(task.name for task in dataset.tasks) == self.record.tasks
        assert dataset.citation
        assert dataset.domain

    def test_every_clip_has_a_group(self, clips):
        assert all(clip.group for clip in clips)

    def test_the_harness_takes_the_listing(self, dataset, clips):
        assert len(list_clips(self.record.name, dataset).rows) == len(clips)

    def test_no_directory(self, tmp_path):
        with pytest.raises(Exception, match=rf"{self.record.name} 'nowhere': .*nowhere does not exist"):
            build(self.record.name, tmp_path / "nowhere")
