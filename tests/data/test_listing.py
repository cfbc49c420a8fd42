"""What is checked before anything is decoded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from harness.data.listing import check_label, check_tasks, list_clips
from harness.errors import DataError
from harness.records import Clip, Task
from tests.data.helpers import LETTER, ListDataset, tone_clips

TAGS = Task(name="tags", kind="multilabel", classes=("x", "y", "z"))
LEVEL = Task(name="level", kind="regression")


def refused(clips, tasks=(LETTER,)):
    with pytest.raises(DataError) as caught:
        list_clips("data", ListDataset(clips, tasks))
    return str(caught.value)


def test_an_empty_data_set():
    assert "'data' is empty" in refused([])


def test_a_clip_id_that_is_there_twice():
    clip = tone_clips(1)[0]
    assert "clip 'c000'" in refused([clip, clip])
    assert "two clips" in refused([clip, clip])


def test_unknown_class_and_unknown_task_name_the_clip_and_the_nearest():
    message = refused([Clip(id="c", labels={"letter": "A"})])
    assert "clip 'c'" in message
    assert "'A'" in message
    assert "allowed: a, b" in message
    message = refused([Clip(id="c", labels={"leter": "a"})])
    assert "did you mean 'letter'" in message


def test_unknown_split_and_two_sources():
    clip = tone_clips(1)[0]
    assert "did you mean 'train'" in refused([replace(clip, split="trian")])
    assert "path and samples" in refused([replace(clip, path="x.wav")])


def test_val_is_validation():
    listing = list_clips("data", ListDataset([replace(tone_clips(1)[0], split="val")], (LETTER,)))
    assert listing.rows[0]["split"] == "validation"


def test_a_group_column_that_no_clip_has():
    message = refused(
        [replace(tone_clips(1)[0], groups={"speaker": "s"})], (replace(LETTER, group="speeker"),)
    )
    assert "did you mean 'speaker'" in message


@pytest.mark.parametrize(
    "task",
    [
        Task(name="t", kind="binary", classes=("a",)),
        Task(name="t", kind="binary", classes=("a", "b", "c")),
        Task(name="t", kind="multiclass"),
        Task(name="t", kind="multiclass", classes=("a", "a", "b")),
        Task(name="t", kind="multilabel", classes=()),
        Task(name="t", kind="regression", classes=("a",)),
        Task(name="t", kind="ranking", classes=("a", "b")),
    ],
)
def test_kinds_and_classes_that_do_not_fit(task):
    with pytest.raises(DataError, match="task 't'"):
        check_tasks("data", [task])


def test_tasks_of_one_name_and_no_tasks():
    with pytest.raises(DataError, match="two tasks"):
        check_tasks("data", [LETTER, LETTER])
    with pytest.raises(DataError, match="no tasks"):
        check_tasks("data", [])


@pytest.mark.parametrize(
    ("task", "label", "expected"),
    [
        (LETTER, "a", "a"),
        (LETTER, np.str_("b"), "b"),
        (LETTER, None, None),
        (LETTER, float("nan"), None),
        (TAGS, ["z", "x", "z"], ["x", "z"]),
        (TAGS, {"y"}, ["y"]),
        (TAGS, (), []),
        (TAGS, None, None),
        (LEVEL, 2, 2.0),
        (LEVEL, np.float32(0.5), 0.5),
        (LEVEL, float("nan"), None),
        (LEVEL, np.float32("nan"), None),
    ],
)
def test_labels(task, label, expected):
    assert check_label("here", task, label) == expected


@pytest.mark.parametrize(
    ("task", "label"),
    [(LETTER, 0), (LETTER, ""), (TAGS, "x"), (TAGS, ["w"]), (LEVEL, "1"), (LEVEL, True), (LEVEL, np.inf)],
)
def test_labels_of_a_wrong_type(task, label):
    with pytest.raises(DataError, match="here"):
        check_label("here", task, label)


def test_stamps_follow_files_and_samples(tmp_path):
    path = tmp_path / "x.wav"
    clip = Clip(id="c", labels={}, path=path)

    def stamps(clip):
        return list_clips("data", ListDataset([clip], (LETTER,))).stamps

    missing = stamps(clip)
    path.write_bytes(b"1")
    there = stamps(clip)
    assert missing != there == stamps(clip)
    path.write_bytes(b"12")
    assert stamps(clip) != there
    first, second = tone_clips(2)
    assert stamps(first) == stamps(tone_clips(1)[0])
    assert stamps(first) != stamps(second)
