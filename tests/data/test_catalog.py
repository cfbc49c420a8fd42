"""The catalog: decoded once, saved, used again, with quarantine."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import soundfile
from pandas.testing import assert_frame_equal

from harness.data import catalog as module
from harness.data import describe
from harness.data.catalog import load_catalog, prepare_catalog
from harness.data.decode import decode
from harness.errors import DataError
from harness.records import Clip, Task
from tests.data.helpers import (
    LETTER,
    RATE,
    ListDataset,
    Options,
    corpus,
    multiclass,
    on_disk,
    registered,
    tone,
    tone_clips,
)

TASKS = (
    LETTER,
    Task(name="tags", kind="multilabel", classes=("x", "y")),
    Task(name="level", kind="regression"),
    Task(name="yes", kind="binary", classes=("no", "yes"), group="take"),
)


def rich_clips():
    labels = [
        {"letter": "a", "tags": ["x"], "level": 1.5, "yes": "no"},
        {"letter": "b", "tags": [], "level": None, "yes": "yes"},
        {"letter": None, "tags": None, "level": -2, "yes": None},
    ]
    return [
        replace(clip, labels=label, groups={"take": f"t{i}"} if i else {}, split=("train", "val", "test")[i])
        for i, (clip, label) in enumerate(zip(tone_clips(3), labels))
    ]


@pytest.fixture
def decoded(monkeypatch):
    """Count the clips that are decoded."""
    calls = []
    original = describe.describe
    monkeypatch.setattr(describe, "describe", lambda clip, **kw: calls.append(clip) or original(clip, **kw))
    return calls


def prepare(dataset, options, name="data", **kwargs):
    return prepare_catalog(name, registered(dataset), {}, root=None, options=options, **kwargs)


def test_columns_and_values(options):
    catalog = prepare(ListDataset(rich_clips(), TASKS), options)
    frame = catalog.frame
    assert list(frame.columns) == [
        "clip", "content_hash", "group", "fold", "split", "duration_s", "sample_rate_hz",
        "bandwidth_hz", "snr_db", "label:letter", "label:tags", "label:level", "label:yes", "group:take",
    ]  # fmt: skip
    assert frame["clip"].tolist() == ["c000", "c001", "c002"]
    assert frame["content_hash"][0] == decode(rich_clips()[0]).content_hash
    assert frame["split"].tolist() == ["train", "validation", "test"]
    assert frame["fold"].isna().all()
    assert frame["label:letter"].isna().tolist() == [False, False, True]
    assert [None if v is None else list(v) for v in frame["label:tags"]] == [["x"], [], None]
    np.testing.assert_array_equal(frame["label:level"], [1.5, np.nan, -2])
    assert frame["group:take"].isna().tolist() == [True, False, False]
    assert frame["duration_s"].tolist() == [0.2] * 3
    assert catalog.tasks == {task.name: task for task in TASKS}
    assert (catalog.licence, catalog.citation, catalog.domain) == ("CC0", "nobody", "test")
    assert list(catalog.quarantine.columns) == ["clip", "reason"]


def test_a_loaded_catalog_is_the_prepared_one(options):
    catalog = prepare(ListDataset(rich_clips(), TASKS), options)
    loaded = load_catalog(catalog.directory)
    assert_frame_equal(loaded.frame, catalog.frame)
    assert (loaded.name, loaded.tasks, loaded.fingerprint) == (
        catalog.name,
        catalog.tasks,
        catalog.fingerprint,
    )
    assert loaded.task_fingerprint("yes") == catalog.task_fingerprint("yes")


def test_the_second_call_decodes_nothing(options, decoded):
    first = prepare(ListDataset(tone_clips(5), (LETTER,)), options)
    assert len(decoded) == 5
    second = prepare(ListDataset(tone_clips(5), (LETTER,)), options)
    assert len(decoded) == 5
    assert_frame_equal(first.frame, second.frame)


def test_a_second_name_decodes_nothing_and_is_the_same_data_set(options, decoded):
    first = prepare(ListDataset(tone_clips(5), (LETTER,)), options, name="one")
    second = prepare(ListDataset(tone_clips(5), (LETTER,)), options, name="two/2")
    assert len(decoded) == 5
    assert (second.name, second.fingerprint) == ("two/2", first.fingerprint)
    assert load_catalog(first.directory).name == "one"
    assert load_catalog(second.directory).name == "two/2"


@pytest.mark.parametrize("change", ["label", "samples", "group", "id"])
def test_a_change_is_seen(options, decoded, change):
    clips = tone_clips(5)
    first = prepare(ListDataset(clips, (LETTER,)), options)
    values = {
        "label": {"labels": {"letter": "b"}},
        "samples": {"samples": tone(99)},
        "group": {"group": "other"},
        "id": {"id": "z"},
    }
    clips[0] = replace(clips[0], **values[change])
    second = prepare(ListDataset(clips, (LETTER,)), options)
    assert len(decoded) == 10
    assert first.fingerprint != second.fingerprint
    same_audio = first.audio_fingerprint == second.audio_fingerprint
    assert same_audio == (change in ("label", "group"))


def test_a_changed_file_is_decoded_again(options, tmp_path, decoded):
    path = tmp_path / "x.wav"
    soundfile.write(path, tone(0), RATE)
    dataset = ListDataset([Clip(id="c", labels={"letter": "a"}, path=path)], (LETTER,))
    first = prepare(dataset, options)
    os.utime(path, ns=(1, 1))
    touched = prepare(dataset, options)
    assert len(decoded) == 2
    assert touched.fingerprint == first.fingerprint
    soundfile.write(path, tone(1), RATE)
    assert prepare(dataset, options).fingerprint != first.fingerprint


def test_another_version_of_the_component_decodes_again(options, decoded):
    dataset = ListDataset(tone_clips(2), (LETTER,))
    for version in "12":
        prepare_catalog("d", registered(dataset, version=version), {}, root=None, options=options)
    assert len(decoded) == 4


def test_another_task_leaves_the_fingerprint_of_the_tasks(options):
    clips = rich_clips()
    all_tasks = prepare(ListDataset(clips, TASKS), options)
    fewer = [replace(clip, labels={k: v for k, v in clip.labels.items() if k != "level"}) for clip in clips]
    without = prepare(ListDataset(fewer, tuple(task for task in TASKS if task.name != "level")), options)
    assert all_tasks.fingerprint != without.fingerprint
    for task in ("letter", "tags", "yes"):
        assert all_tasks.task_fingerprint(task) == without.task_fingerprint(task)
    assert len({all_tasks.task_fingerprint(task) for task in all_tasks.tasks}) == 4


def test_few_bad_clips_go_to_quarantine(options):
    clips = [*tone_clips(20), Clip(id="bad", labels={}, samples=np.zeros(100), sample_rate=RATE)]
    catalog = prepare(ListDataset(clips, (LETTER,)), options)
    assert len(catalog.frame) == 20
    assert catalog.quarantine["clip"].tolist() == ["bad"]
    assert catalog.quarantine["reason"][0].startswith("silent: ")
    assert catalog.frame.index.equals(pd.RangeIndex(20))


def test_too_many_bad_clips_stop_with_the_reasons_and_the_way_out(options, tmp_path, decoded):
    clips = [*tone_clips(10), *(Clip(id=f"gone{i}", labels={}, path=tmp_path / f"{i}.wav") for i in range(7))]
    with pytest.raises(DataError) as caught:
        prepare(ListDataset(clips, (LETTER,)), options)
    message = str(caught.value)
    assert "7 of 17 clips" in message
    assert "clip gone0: missing file" in message
    assert "2 more" in message
    assert "data.options.max_quarantine" in message
    catalog = prepare(ListDataset(clips, (LETTER,)), replace(options, max_quarantine=0.5))
    assert (len(catalog.frame), len(catalog.quarantine), len(decoded)) == (10, 7, 17)


def test_no_usable_clip_is_an_error_whatever_is_allowed(options, tmp_path):
    clips = [Clip(id="gone", labels={}, path=tmp_path / "none.wav")]
    with pytest.raises(DataError, match="1 of 1 clips"):
        prepare(ListDataset(clips, (LETTER,)), replace(options, max_quarantine=1.0))


def test_times_that_are_not_a_number_are_a_reason(options):
    clips = [*tone_clips(20), replace(tone_clips(1)[0], id="nan", start_s=float("nan"))]
    reasons = prepare(ListDataset(clips, (LETTER,)), options).quarantine["reason"]
    assert reasons[0].startswith("wrong times: ")


@pytest.mark.parametrize("again", [tone_clips(4), tone_clips(6), tone_clips(5)[::-1]])
def test_a_data_set_that_gives_other_clips_the_second_time(options, again):
    class Fickle(ListDataset):
        def clips(self):
            self.iterated += 1
            return iter(self._clips if self.iterated == 1 else again)

    with pytest.raises(DataError, match="the same clips in the same order"):
        prepare(Fickle(tone_clips(5), (LETTER,)), options)


def test_one_clip(options):
    assert len(prepare(ListDataset(tone_clips(1), (LETTER,)), options).frame) == 1


def test_worker_processes_give_the_same_catalog(options, tmp_path):
    bad = Clip(id="bad", labels={}, samples=np.zeros(9), sample_rate=RATE)
    dataset = ListDataset(on_disk([*tone_clips(70), bad], tmp_path / "clips"), (LETTER,))
    seen = []
    parallel = prepare(
        dataset, options, workers=2, progress=lambda done, total, what: seen.append((done, total))
    )
    alone = prepare(dataset, Options(tmp_path / "other"))
    assert_frame_equal(parallel.frame, alone.frame)
    assert_frame_equal(parallel.quarantine, alone.quarantine)
    assert parallel.fingerprint == alone.fingerprint
    assert seen == [(i, 71) for i in range(1, 72)]


def test_a_killed_build_leaves_no_catalog(options, monkeypatch):
    def killed(*args):
        raise KeyboardInterrupt

    dataset = ListDataset(tone_clips(3), (LETTER,))
    with monkeypatch.context() as patch:
        patch.setattr(module, "write_catalog", killed)
        with pytest.raises(KeyboardInterrupt):
            prepare(dataset, options)
    assert not list((options.cache_dir / "catalogs").glob("*/"))
    assert len(prepare(dataset, options).frame) == 3


def test_a_broken_catalog_says_what_to_do(options):
    directory = prepare(ListDataset(tone_clips(3), (LETTER,)), options).directory
    (directory / "clips.parquet").write_bytes(b"nothing")
    with pytest.raises(DataError, match="remove the folder"):
        load_catalog(directory)


def test_a_real_corpus(options):
    catalog = prepare(corpus("instruments", multiclass("instruments", "family")), options)
    assert (len(catalog.frame), len(catalog.quarantine)) == (655, 0)
    assert catalog.frame["group"].nunique() == 74
    assert catalog.frame["duration_s"].between(0.05, 1.26).all()
    assert (catalog.frame["bandwidth_hz"] <= 8000).all()
