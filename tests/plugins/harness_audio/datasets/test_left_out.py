"""Classes left out of a folder, with their clips; a study that leaves none out keeps its identity."""

from __future__ import annotations

import pytest

from harness.api import DataError, DatasetContext
from harness_audio.datasets.folder import Folder
from harness_audio.datasets.parameters import FolderParameters

ROWS = "file,sound,tags\na.wav,dog,loud|near\nb.wav,cat,near\nc.wav,rain,far\nd.wav,,loud\n"


def folder(root, **values):
    (root / "labels.csv").write_text(ROWS)
    tasks = {"sound": "multiclass", "marks": {"kind": "multilabel", "column": "tags"}}
    parameters = FolderParameters(path=".", tasks=tasks, **values)
    return Folder(parameters, DatasetContext(root=root, cache_dir=root))


def test_rows_and_classes_are_gone(tmp_path):
    data = folder(tmp_path, exclude_labels={"sound": ["cat"]})
    assert [clip.id for clip in data.clips()] == ["a.wav", "c.wav", "d.wav"]
    assert data.tasks[0].classes == ("dog", "rain")
    assert data.tasks[1].classes == ("far", "loud", "near")


def test_a_clip_with_one_of_several_labels_is_left_out(tmp_path):
    data = folder(tmp_path, exclude_labels={"marks": ["loud"]})
    assert [clip.id for clip in data.clips()] == ["b.wav", "c.wav"]
    assert data.tasks[1].classes == ("far", "near")


def test_several_tasks(tmp_path):
    data = folder(tmp_path, exclude_labels={"sound": ["rain"], "marks": ["loud"]})
    assert [clip.id for clip in data.clips()] == ["b.wav"]


def test_what_is_not_there_is_an_error(tmp_path):
    with pytest.raises(DataError, match=r"exclude_labels: no task 'tags'.*; tasks: sound, marks"):
        folder(tmp_path, exclude_labels={"tags": ["loud"]})
    with pytest.raises(
        DataError,
        match=r"exclude_labels: sound 'dogs' is not a class \(did you mean 'dog'\?\); classes: cat, dog",
    ):
        folder(tmp_path, exclude_labels={"sound": ["dogs"]})


def test_parameters_without_it_are_what_they_were():
    assert "exclude_labels" not in FolderParameters(path="x").model_dump(mode="json")
    chosen = FolderParameters(path="x", exclude_labels={"sound": ("cat",)})
    assert chosen.model_dump(mode="json")["exclude_labels"] == {"sound": ["cat"]}
    assert FolderParameters(**chosen.model_dump(mode="json")) == chosen
