"""At most so many clips of a label."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from harness.data.bank import open_bank, prepare_bank
from harness.data.catalog import build_dataset, prepare_catalog
from harness.data.limit import Limit, Limited
from harness.errors import DataError
from harness.records import Clip, Task
from tests.data.helpers import LETTER, ListDataset, frames_feature, registered, tone_clips

TAGS = Task(name="tags", kind="multilabel", classes=("x", "y", "z"))
LEVEL = Task(name="level", kind="regression")


def labelled(labels, task="letter"):
    return [Clip(id=f"c{i:03d}", labels={task: label}) for i, label in enumerate(labels)]


def kept(clips, n, seed=0, task=LETTER):
    limited = Limited(ListDataset(clips, (task,)), Limit(task=task.name, n=n, seed=seed))
    return [clip.id for clip in limited.clips()]


def test_no_label_has_more_and_rare_ones_are_whole():
    clips = labelled("a" * 20 + "b" * 3)
    ids = kept(clips, 5)
    assert Counter("ab"[int(i[1:]) >= 20] for i in ids) == {"a": 5, "b": 3}
    assert ids == sorted(ids)


def test_the_seed_decides_and_the_order_does_not():
    clips = labelled("ab" * 30)
    assert kept(clips, 5) == kept(clips, 5)
    assert kept(clips, 5) != kept(clips, 5, seed=1)
    assert set(kept(clips[::-1], 5)) == set(kept(clips, 5))
    assert set(kept(clips, 5)) < set(kept(clips, 9))


def test_clips_without_a_label_of_the_task_stay():
    ids = kept(labelled(["a", None, float("nan"), "a"]), 1)
    assert len(ids) == 3
    assert {"c001", "c002"} < set(ids)


def test_no_class_of_a_multilabel_task_has_more():
    rng = np.random.default_rng(0)
    labels = [[c for c in "xyz" if rng.random() < 0.4] for _ in range(80)]
    ids = kept(labelled(labels, "tags"), 6, task=TAGS)
    some = [labels[int(i[1:])] for i in ids]
    counts = Counter(label for one in some for label in one)
    assert max(counts.values()) == 6
    assert sum(not one for one in some) == 6


@pytest.mark.parametrize(
    ("task", "message"),
    [("lettr", "no task 'lettr'.*did you mean 'letter'"), ("level", "'level' is a regression")],
)
def test_tasks_that_cannot_be_limited_are_refused(task, message):
    with pytest.raises(DataError, match=message):
        Limited(ListDataset([], (LETTER, LEVEL)), Limit(task=task, n=3, seed=0))


def test_the_catalog_and_the_banks_have_the_clips_that_are_kept_and_no_others(options):
    component = registered(ListDataset(tone_clips(12), (LETTER,)))
    where = {"root": None, "options": options}
    limit = Limit(task="letter", n=3, seed=4)
    catalog = prepare_catalog("data", component, {}, **where, limit=limit)
    whole = prepare_catalog("data", component, {}, **where)
    assert Counter(catalog.frame["label:letter"]) == {"a": 3, "b": 3}
    assert (len(whole.frame), len(catalog.quarantine)) == (12, 0)
    assert catalog.task_fingerprint("letter") != whole.task_fingerprint("letter")
    dataset = build_dataset(component, {}, **where, limit=limit)
    bank = prepare_bank(
        catalog, dataset, frames_feature(), {"sample_rate": 4000, "clip_s": 0.1, "frame": 50}, options=options
    )
    assert open_bank(bank, memory_gb=1).rows.clip_ids == tuple(catalog.frame["clip"])


def test_clips_that_cannot_be_decoded_count(options):
    clips = [replace(clip, samples=np.zeros(100)) if i < 2 else clip for i, clip in enumerate(tone_clips(40))]
    component = registered(ListDataset(clips, (LETTER,)))
    catalog = prepare_catalog(
        "data",
        component,
        {},
        root=None,
        options=replace(options, max_quarantine=0.5),
        limit=Limit(task="letter", n=20, seed=0),
    )
    assert (len(catalog.frame), len(catalog.quarantine)) == (38, 2)
