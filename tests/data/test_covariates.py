"""What is known of a clip beside its audio: from the data set through the catalog into the features."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from harness.data import bank_batches
from harness.data.alongside import Alongside
from harness.data.bank import open_bank, prepare_bank
from harness.data.catalog import load_catalog, prepare_catalog
from harness.data.fit import Fit, row_seconds
from harness.errors import DataError, PluginError
from harness.testing.feature import covariate_values
from tests.data.helpers import LETTER, Frames, ListDataset, Options, frames_feature, on_disk, registered, tone
from tests.data.helpers import tone_clips as bare_clips

PARAMETERS = {"sample_rate": 4000, "clip_s": 0.1, "fit": "windows", "frame": 50}


class Aged(Frames):
    """Frames, and a channel for age and one for seconds, -1 where unknown; only these two are plain."""

    covariates = ("age", "duration_s")
    plain = (2, 1)

    def forward(self, samples, values):
        assert values.dtype == torch.float32
        rows = super().forward(samples)
        channels = torch.nan_to_num(values, nan=-1.0)[:, :, None, None].expand(-1, -1, *rows.shape[2:])
        return torch.cat([rows, channels], dim=1)


def aged_clips(n=5):
    """Clip ``i`` is ``i`` years old, every third of unknown age, and has 0.05, 0.1 … 0.25 s."""
    ages = [None if i % 3 == 2 else float(i) for i in range(n)]
    return [
        replace(clip, covariates={"age": age}, samples=tone(i, 0.05 * (1 + i % 5)))
        for i, (clip, age) in enumerate(zip(bare_clips(n), ages))
    ]


def catalog_of(clips, options, **kwargs):
    dataset = ListDataset(clips, (LETTER,))
    return dataset, prepare_catalog("data", registered(dataset), {}, root=None, options=options, **kwargs)


def bank_of(clips, options, factory=Aged, parameters=PARAMETERS):
    dataset, catalog = catalog_of(clips, options)
    return prepare_bank(catalog, dataset, frames_feature(factory), parameters, options=options)


def test_the_catalog_keeps_them(options):
    _, catalog = catalog_of(aged_clips(), options)
    assert catalog.covariate_names == ["age"]
    assert load_catalog(catalog.directory).covariate_values(["age", "height"]) == [
        (0.0, None),
        (1.0, None),
        (None, None),
        (3.0, None),
        (4.0, None),
    ]


def test_fingerprints_are_as_they_were_without_any(options, tmp_path):
    _, bare = catalog_of(bare_clips(8), options)
    assert not bare.covariate_names
    assert bare.task_fingerprint("letter") == "ab926f7343176d4fbbcbd3fe"
    assert bare.fingerprint == "1f51beaa9b1927353843743b"
    aged = [replace(clip, covariates={"age": 3}) for clip in bare_clips(8)]
    _, known = catalog_of(aged, options)
    assert known.fingerprint != bare.fingerprint
    assert known.audio_fingerprint == bare.audio_fingerprint
    assert known.task_fingerprint("letter") == bare.task_fingerprint("letter")


@pytest.mark.parametrize("way", ["bank", "alongside"])
def test_a_feature_gets_those_of_each_row(options, monkeypatch, way):
    monkeypatch.setattr(bank_batches, "BATCH_ROWS", 4)
    if way == "alongside":
        feature = frames_feature(Aged)
        catalog_of(aged_clips(), options, alongside=Alongside([(feature, PARAMETERS)], options))
    rows = open_bank(bank_of(aged_clips(), options), memory_gb=1).rows
    ages = np.repeat([0, 1, -1, 3, 4], rows.count)
    np.testing.assert_array_equal(
        rows.features[:, 1], np.broadcast_to(ages[:, None, None], (len(ages), 50, 8))
    )
    seconds = [0.05, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]  # 0.15 s: two windows, and so on
    np.testing.assert_allclose(rows.features[:, 2, 0, 0], seconds[: len(ages)], atol=1e-6)
    assert rows.plain == (1, 2)


def test_seconds_of_a_row_are_those_before_it_is_padded_or_filled():
    def seconds(n, fit):
        return row_seconds(n, 8000, Fit(4000, 0.5, fit, None)).tolist()

    assert seconds(2000, "pad") == seconds(2000, "repeat") == seconds(2000, "windows") == [0.25]
    assert seconds(9000, "pad") == seconds(9000, "repeat") == [0.5]
    assert seconds(9000, "windows") == [0.5, 0.5, 0.5, 0.375]


def test_a_data_set_that_has_none_of_the_name_gives_unknown(options):
    features = open_bank(bank_of(bare_clips(3), options), memory_gb=1).rows.features
    assert (features[:, 1] == -1).all()
    np.testing.assert_allclose(features[:, 2], 0.1, atol=1e-6)


def test_a_bank_follows_the_covariates_that_its_feature_reads_and_no_others(options):
    clips = aged_clips()
    older = [replace(clip, covariates={"age": 90.0}) for clip in clips]
    taller = [replace(clip, covariates={**clip.covariates, "height": 1.8}) for clip in clips]
    assert bank_of(older, options) != bank_of(clips, options)
    assert bank_of(taller, options) == bank_of(clips, options)
    assert bank_of(older, options, Frames) == bank_of(clips, options, Frames)


def test_a_bank_without_them_has_the_key_that_it_had(options):
    assert bank_of(bare_clips(3), options, Frames).name == "98fc4624d0f4a3eec5e1691f"


@pytest.mark.parametrize(
    ("covariates", "message"),
    [
        ({"age": "old"}, r"clip 'c000': covariate 'age' is 'old'; a finite number, or None"),
        ({"age": math.inf}, "covariate 'age' is inf"),
        ({"duration_s": 1.0}, "covariate 'duration_s' is measured by the harness"),
    ],
)
def test_what_is_no_number_is_refused(options, covariates, message):
    with pytest.raises(DataError, match=message):
        catalog_of([replace(clip, covariates=covariates) for clip in bare_clips(2)], options)


def test_nan_is_unknown(options):
    clips = [replace(clip, covariates={"age": math.nan}) for clip in bare_clips(2)]
    assert catalog_of(clips, options)[1].covariate_values(["age"]) == [(None,), (None,)]


def test_plain_channels_that_are_not_there_are_refused(options):
    class Wrong(Frames):
        plain = (3,)

    with pytest.raises(PluginError, match=r"names plain channels \[3\], and has 1 channels"):
        bank_of(bare_clips(2), options, Wrong)


def test_worker_processes_give_the_same_values(options, tmp_path):
    clips = on_disk(aged_clips(66), tmp_path / "clips")
    dataset, catalog = catalog_of(clips, options)
    other = Options(tmp_path / "other")
    banks = [
        prepare_bank(catalog, dataset, frames_feature(Aged), PARAMETERS, options=place, workers=n)
        for place, n in ((options, 2), (other, 1))
    ]
    found = [open_bank(bank, memory_gb=1).rows.features for bank in banks]
    np.testing.assert_array_equal(*found)


def test_the_contract_gives_a_feature_what_it_asks_for():
    assert covariate_values(Frames, 4, 1.0) == ()
    (values,) = covariate_values(Aged, 4, 0.7)
    assert values.shape == (4, 2)
    assert torch.equal(values[:, 1], torch.full((4,), 0.7))
    assert values[:, 0].isfinite().all()
