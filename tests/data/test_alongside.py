"""Banks filled while the catalog is made: one decode for all, the same values, and what is left out."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch

from harness.data import describe
from harness.data.alongside import Alongside
from harness.data.bank import open_bank, prepare_bank, prepare_banks
from harness.data.catalog import prepare_catalog
from harness.errors import DataError, PluginError
from harness.records import Clip
from tests.data.helpers import (
    LETTER,
    RATE,
    Frames,
    ListDataset,
    Options,
    frames_feature,
    on_disk,
    registered,
    tone,
    tone_clips,
)

WINDOWS = {"sample_rate": 4000, "clip_s": 0.1, "fit": "windows", "frame": 50}
PADDED = {"sample_rate": RATE, "clip_s": 0.2, "frame": 100}


def some_clips(n):
    clips = [replace(clip, samples=tone(i, 0.05 * (1 + i % 5))) for i, clip in enumerate(tone_clips(n))]
    clips.insert(3, Clip(id="bad", labels={}, samples=np.zeros(100), sample_rate=RATE))
    return clips


def together(clips, options, features, workers=1):
    dataset = ListDataset(clips, (LETTER,))
    alongside = Alongside(features, options)
    catalog = prepare_catalog(
        "data", registered(dataset), {}, root=None, options=options, workers=workers, alongside=alongside
    )
    return catalog, dataset


def values(directory):
    return open_bank(directory, memory_gb=1).rows


@pytest.fixture
def decoded(monkeypatch):
    calls = []
    original = describe.describe
    monkeypatch.setattr(describe, "describe", lambda clip, **kw: calls.append(clip) or original(clip, **kw))
    return calls


def test_every_clip_is_decoded_once_for_the_catalog_and_all_banks(options, decoded):
    features = [
        (frames_feature(), WINDOWS),
        (frames_feature(), PADDED),
        (frames_feature(), PADDED | {"frame": 200}),
    ]
    catalog, _ = together(some_clips(20), options, features)
    assert len(decoded) == 21

    def fail():
        raise AssertionError("the data set was read")

    banks = prepare_banks(catalog, fail, features, options=options)
    assert len(set(banks)) == 3
    assert [path.parent for path in banks] == [options.cache_dir / "banks"] * 3
    assert not list((options.cache_dir / "banks").glob(".building-*"))


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_values_are_those_of_a_bank_that_is_made_alone(options, tmp_path, workers):
    clips = on_disk(some_clips(70), tmp_path / "clips")
    features = [(frames_feature(), WINDOWS), (frames_feature(), PADDED)]
    catalog, dataset = together(clips, options, features, workers)
    joint = prepare_banks(catalog, dataset, features, options=options)
    other = Options(tmp_path / "other")
    plain = prepare_catalog("data", registered(dataset), {}, root=None, options=other)
    assert plain.fingerprint == catalog.fingerprint
    for (feature, parameters), directory in zip(features, joint, strict=True):
        alone = values(prepare_bank(plain, dataset, feature, parameters, options=other))
        found = values(directory)
        np.testing.assert_array_equal(found.features, alone.features)
        np.testing.assert_array_equal(found.first, alone.first)
        assert found.clip_ids == alone.clip_ids == tuple(catalog.frame["clip"])


class Fails(Frames):
    def forward(self, samples):
        raise RuntimeError("no such thing")


def no_module(parameters):
    raise RuntimeError("cannot be built")


@pytest.mark.parametrize(
    ("feature", "parameters", "error", "words"),
    [
        (frames_feature(), PADDED | {"poison": 0.25}, DataError, "NaN"),
        (frames_feature(Fails), PADDED, RuntimeError, "no such thing"),
        (frames_feature(no_module), PADDED, RuntimeError, "cannot be built"),
        (frames_feature(lambda p: torch.nn.Identity()), PADDED, PluginError, "must give"),
    ],
)
def test_a_feature_that_fails_is_left_out_and_says_why_when_it_is_asked_for(
    options, decoded, feature, parameters, error, words
):
    features = [(frames_feature(), WINDOWS), (feature, parameters)]
    catalog, dataset = together(some_clips(20), options, features)
    assert len(catalog.frame) == 20
    before = len(decoded)
    assert len(values(prepare_banks(catalog, dataset, features[:1], options=options)[0]).clip_ids) == 20
    assert len(decoded) == before
    with pytest.raises(error, match=words):
        prepare_bank(catalog, dataset, feature, parameters, options=options)
    assert not list((options.cache_dir / "banks").glob(".building-*"))


def test_a_bank_that_is_there_stays(options):
    clips = some_clips(20)
    catalog, dataset = together(clips, options, [(frames_feature(), PADDED)])
    (bank,) = prepare_banks(catalog, dataset, [(frames_feature(), PADDED)], options=options)
    inode = (bank / "features.npy").stat().st_ino
    relabelled = [replace(clip, labels={"letter": "a"}) for clip in clips]
    again, _ = together(relabelled, options, [(frames_feature(), PADDED)])
    assert again.audio_fingerprint == catalog.audio_fingerprint
    assert (bank / "features.npy").stat().st_ino == inode


def test_ctrl_c_leaves_nothing(options):
    def interrupted(done, total, what):
        if done == 5:
            raise KeyboardInterrupt

    dataset = ListDataset(some_clips(20), (LETTER,))
    with pytest.raises(KeyboardInterrupt):
        prepare_catalog(
            "data", registered(dataset), {}, root=None, options=options, progress=interrupted,
            alongside=Alongside([(frames_feature(), PADDED)], options),
        )  # fmt: skip
    assert not [path for path in (options.cache_dir / "banks").iterdir() if path.is_dir()]


def test_torch_gets_its_threads_back(options):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        together(some_clips(20), options, [(frames_feature(), PADDED)])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_rows_of_two_features_that_differ_only_in_length_do_not_mix(options):
    lengths = (0.1, 0.2)
    features = [(frames_feature(), PADDED | {"clip_s": length}) for length in lengths]
    catalog, dataset = together(some_clips(20), options, features)
    banks = prepare_banks(catalog, dataset, features, options=options)
    for bank, length in itertools.zip_longest(banks, lengths):
        assert values(bank).features.shape[-1] == length * RATE / 100
