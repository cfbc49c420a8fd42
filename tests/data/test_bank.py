"""The feature bank: values, index, two ways to open it, and what a broken build leaves."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from harness.data import bank_batches
from harness.data.bank import open_bank, prepare_bank
from harness.data.catalog import prepare_catalog
from harness.data.decode import decode, resample
from harness.data.fit import fit_rows
from harness.errors import DataError, PluginError
from harness.records import Clip, FeatureParameters
from tests.data.helpers import (
    LETTER,
    RATE,
    FrameParameters,
    Frames,
    ListDataset,
    Options,
    frames_feature,
    on_disk,
    registered,
    tone,
    tone_clips,
)

PARAMETERS = {"sample_rate": 4000, "clip_s": 0.1, "fit": "windows", "frame": 50}


def lengths(n):
    return [replace(clip, samples=tone(i, 0.05 * (1 + i % 5))) for i, clip in enumerate(tone_clips(n))]


def prepared(clips, options, parameters=PARAMETERS, feature=None, **kwargs):
    dataset = ListDataset(clips, (LETTER,))
    catalog = prepare_catalog("data", registered(dataset), {}, root=None, options=options)
    return catalog, prepare_bank(
        catalog, dataset, feature or frames_feature(), parameters, options=options, **kwargs
    )


def reference(clip, parameters):
    decoded = decode(clip)
    rows = fit_rows(resample(decoded.samples, decoded.sample_rate, parameters.sample_rate), parameters)
    return Frames(parameters)(torch.from_numpy(rows)).numpy()


@pytest.mark.parametrize("fit", ["pad", "repeat", "windows"])
def test_rows_are_the_features_of_the_clips(options, monkeypatch, fit):
    monkeypatch.setattr(bank_batches, "BATCH_ROWS", 7)
    clips = lengths(12)
    values = PARAMETERS | {"fit": fit}
    catalog, directory = prepared(clips, options, values)
    bank = open_bank(directory, memory_gb=1)
    assert bank.input_shape == (1, 50, 8)
    assert bank.rows.clip_ids == tuple(catalog.frame["clip"])
    assert bank.rows.features.dtype == np.float32
    assert bank.rows.name == "data"
    for i, clip in enumerate(clips):
        first, count = bank.rows.first[i], bank.rows.count[i]
        np.testing.assert_array_equal(
            bank.rows.features[first : first + count], reference(clip, FrameParameters(**values))
        )
    assert bank.rows.count.sum() == len(bank.rows.features)
    assert (bank.rows.count.max() > 1) == (fit == "windows")


def test_a_large_bank_has_the_same_values_as_one_that_is_read_ahead(options):
    _, directory = prepared(lengths(12), options)
    small, large = open_bank(directory, memory_gb=1), open_bank(directory, memory_gb=1e-9)
    assert isinstance(small.rows.features, np.memmap)
    assert isinstance(large.rows.features, np.memmap)
    np.testing.assert_array_equal(small.rows.features, large.rows.features)
    assert large.input_shape == small.input_shape
    with pytest.raises(ValueError, match="read-only"):
        small.rows.features[0] = 0


def test_a_bank_is_reused_and_its_key_follows_audio_and_parameters(options):
    def fail():
        raise AssertionError("the data set was read")

    clips = lengths(6)
    catalog, directory = prepared(clips, options)
    assert prepare_bank(catalog, fail, frames_feature(), PARAMETERS, options=options) == directory
    assert prepared(clips, options, PARAMETERS | {"frame": 100})[1] != directory
    relabelled = [replace(clip, labels={"letter": "a"}) for clip in clips]
    assert prepared(relabelled, options)[1] == directory
    clips[0] = replace(clips[0], samples=tone(99))
    assert prepared(clips, options)[1] != directory


def test_defaults_written_out_are_the_same_bank(options):
    clips = lengths(4)
    written = PARAMETERS | {"hop_s": None, "poison": None}
    assert prepared(clips, options)[1] == prepared(clips, options, written)[1]


def test_worker_processes_give_the_same_bank(options, tmp_path):
    clips = on_disk(lengths(66), tmp_path / "clips")
    parallel = open_bank(prepared(clips, options, workers=2)[1], memory_gb=1)
    alone = open_bank(prepared(clips, Options(tmp_path / "other"))[1], memory_gb=1)
    np.testing.assert_array_equal(parallel.rows.features, alone.rows.features)


def test_quarantined_clips_have_no_rows(options):
    clips = lengths(21)
    clips.insert(3, Clip(id="bad", labels={}, samples=np.zeros(100), sample_rate=RATE))
    catalog, directory = prepared(clips, options)
    assert "bad" not in open_bank(directory, memory_gb=1).rows.clip_ids
    assert len(open_bank(directory, memory_gb=1).rows.first) == len(catalog.frame) == 21


def test_a_feature_that_is_not_finite_names_its_clip(options, monkeypatch):
    monkeypatch.setattr(bank_batches, "BATCH_ROWS", 4)
    clips = lengths(10)
    clips[7] = replace(clips[7], samples=3 * clips[7].samples)
    with pytest.raises(DataError, match=r"clip c007: feature 'frames' is NaN"):
        prepared(clips, options, PARAMETERS | {"poison": 0.6})
    assert not list((options.cache_dir / "banks").glob("*/"))


def test_silence_after_the_cut_is_fine(options):
    samples = np.concatenate([np.zeros(4000, "float32"), tone(0)])
    _, directory = prepared(
        [Clip(id="late", labels={}, samples=samples, sample_rate=RATE)], options, PARAMETERS | {"fit": "pad"}
    )
    assert np.abs(open_bank(directory, memory_gb=1).rows.features).max() < 1e-3


class Flat(Frames):
    def forward(self, samples):
        return super().forward(samples).flatten(1)


class Doubles(Frames):
    def forward(self, samples):
        return super().forward(samples).double()


@pytest.mark.parametrize("factory", [Flat, Doubles])
def test_a_feature_that_breaks_its_contract(options, factory):
    with pytest.raises(PluginError, match=r"feature 'frames' gave .* it must give"):
        prepared(lengths(4), options, feature=frames_feature(factory))


def test_a_clip_that_changed_after_the_catalog(options):
    dataset = ListDataset(lengths(5), (LETTER,))
    catalog = prepare_catalog("data", registered(dataset), {}, root=None, options=options)
    changed = lengths(5)
    changed[2] = replace(changed[2], samples=tone(50))
    for clips, named in ((changed, "c002"), (lengths(4), "c004"), (lengths(5)[::-1], "c000")):
        with pytest.raises(DataError, match=f"clip {named}: changed"):
            prepare_bank(
                catalog, ListDataset(clips, (LETTER,)), frames_feature(), PARAMETERS, options=options
            )


def test_a_full_disk_names_the_way_out(options, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array_header_1_0", full)
    with pytest.raises(DataError, match=r"disk is full.*data\.options\.cache_dir"):
        prepared(lengths(4), options)
    assert not list((options.cache_dir / "banks").glob("*/"))


class Hangs(nn.Module):
    """Writes one batch, says so, and waits to be killed."""

    def __init__(self, parameters: FeatureParameters) -> None:
        super().__init__()
        self.inner, self.seen = Frames(parameters), 0

    def forward(self, samples):
        self.seen += 1
        if self.seen > 2:
            open(os.environ["HARNESS_TEST_FLAG"], "w").close()
            time.sleep(60)
        return self.inner(samples)


def build_and_hang(cache_dir):
    bank_batches.BATCH_ROWS = 4
    prepared(lengths(12), Options(cache_dir), feature=frames_feature(Hangs))


def test_a_killed_build_leaves_nothing_that_is_taken_for_a_bank(options, tmp_path, monkeypatch):
    flag = tmp_path / "flag"
    monkeypatch.setenv("HARNESS_TEST_FLAG", str(flag))
    process = multiprocessing.get_context("spawn").Process(target=build_and_hang, args=(options.cache_dir,))
    process.start()
    deadline = time.monotonic() + 60
    while not flag.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    banks = options.cache_dir / "banks"
    assert list(banks.glob(".building-*"))
    assert not [path for path in banks.glob("[!.]*") if path.is_dir()]
    _, directory = prepared(lengths(12), options)
    assert not list(banks.glob(".building-*"))
    assert len(open_bank(directory, memory_gb=1).rows.features) == sum(
        json.loads((directory / "index.json").read_text())["count"]
    )


def test_what_is_not_a_bank(tmp_path, options):
    with pytest.raises(DataError, match="no feature bank"):
        open_bank(tmp_path, memory_gb=1)
    _, directory = prepared(lengths(4), options)
    with (directory / "features.npy").open("r+b") as file:
        file.truncate(200)
    with pytest.raises(DataError, match="no feature bank"):
        open_bank(directory, memory_gb=1)
