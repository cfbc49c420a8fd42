"""seal_auscultation reads its layout, and refuses a damaged one with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from harness.api import DataError, DatasetContext
from harness.testing import DatasetContract
from tests.plugins.harness_auscultation.records import DATASETS
from tests.plugins.harness_auscultation.trees import HEADER, ROWS, seal_tree

RECORD = DATASETS["seal_auscultation"]


def read(root: Path, **parameters):
    return RECORD.build(
        RECORD.parameters(path="seals", **parameters), DatasetContext(root=root, cache_dir=root / "cache")
    )


class TestContract(DatasetContract):
    record = RECORD
    parameters: ClassVar = {"path": "seals"}

    @pytest.fixture(autouse=True)
    def _tree(self, tmp_path_factory):
        if self.root is None:
            type(self).root = tmp_path_factory.mktemp("corpus")
            seal_tree(self.root)


def test_clips_and_tasks(tmp_path):
    directory = seal_tree(tmp_path)
    data = read(tmp_path)
    assert [(task.name, task.kind, task.classes) for task in data.tasks] == [
        ("wheeze", "binary", ("negative", "positive")),
        ("rhonchus", "multiclass", ("healthy", "mild", "moderate_severe")),
        ("survival", "binary", ("alive", "dead")),
        ("side", "binary", ("left", "right")),
    ]
    assert tuple(task.name for task in data.tasks) == RECORD.tasks
    clips = list(data.clips())
    assert [clip.group for clip in clips] == ["seal1", "seal1", "seal2", "seal2", "seal3"]
    assert clips[0].path == directory / "wav/a_l.wav"
    assert {clip.sample_rate for clip in clips} == {4000}
    assert [clip.labels["rhonchus"] for clip in clips] == [
        "healthy",
        "mild",
        "moderate_severe",
        "moderate_severe",
        "healthy",
    ]
    assert clips[1].labels == {
        "wheeze": "positive",
        "rhonchus": "mild",
        "survival": "alive",
        "side": "right",
    }


def test_a_clip_without_one_label_keeps_the_others(tmp_path):
    seal_tree(tmp_path)
    last = list(read(tmp_path).clips())[-1]
    assert last.labels == {"wheeze": None, "rhonchus": "healthy", "survival": None, "side": "left"}


def test_four_levels_of_rhonchus(tmp_path):
    seal_tree(tmp_path)
    data = read(tmp_path, merge_severe=False)
    assert data.tasks[1].classes == ("healthy", "mild", "moderate", "severe")
    assert [clip.labels["rhonchus"] for clip in data.clips()][2:4] == ["moderate", "severe"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("wav/none.wav,0,0,alive,s,L", r"labels.csv:3: no file .*wav/none.wav"),
        ("wav/a_l.wav,0,0,alive,s,L", r"labels.csv:3: file 'wav/a_l.wav' is there twice"),
        ("../a.wav,0,0,alive,s,L", r"labels.csv:3: file '../a.wav' must be a path inside"),
        ("wav/a_r.wav,2,0,alive,s,L", r"labels.csv:3: wheeze '2' is no label.*allowed: 0, negative, 1"),
        (
            "wav/a_r.wav,0,mildd,alive,s,L",
            r"labels.csv:3: rhonchus 'mildd' is no label \(did you mean 'mild'\?\)",
        ),
        ("wav/a_r.wav,0,0,1,s,L", r"labels.csv:3: survival '1' is no label.*allowed: alive, dead"),
        ("wav/a_r.wav,0,0,alive,,L", r"labels.csv:3: animal is empty"),
        ("wav/a_r.wav,0,0,alive,s", r"labels.csv:3: 5 values for 6 columns"),
        ("wav/a_r.wav,0,0,alive,s,L,x", r"labels.csv:3: 7 values for 6 columns"),
    ],
)
def test_a_damaged_row_is_refused(tmp_path, row, message):
    seal_tree(tmp_path, (ROWS[0], row))
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_a_damaged_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"seal_auscultation 'seals': .*seals does not exist.*--data-root"):
        read(tmp_path)
    directory = seal_tree(tmp_path, ())
    with pytest.raises(DataError, match=r"labels.csv has no rows"):
        read(tmp_path)
    seal_tree(tmp_path, header=HEADER.replace("animal", "seal"))
    with pytest.raises(DataError, match=r"labels.csv:1: no column animal; found: file, wheeze"):
        read(tmp_path)
    (directory / "labels.csv").write_bytes(b"file,\xff\n")
    with pytest.raises(DataError, match=r"labels.csv is not CSV in UTF-8"):
        read(tmp_path)
    (directory / "labels.csv").unlink()
    with pytest.raises(DataError, match=r"cannot read .*labels.csv"):
        read(tmp_path)
