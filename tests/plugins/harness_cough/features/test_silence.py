"""Silence is removed as librosa.effects.split removes it."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import torch

from harness.bases.feature import one_batch
from harness_cough.features.parameters import SilenceParameters
from harness_cough.features.silence import audible, without_silence
from tests.plugins.harness_cough.features.signals import RATE, coughs


def parameters(**values):
    return SilenceParameters(sample_rate=RATE, clip_s=2.0, **values)


@pytest.mark.parametrize("top_db", [6.0, 20.0, 40.0])
@pytest.mark.parametrize("seconds", [2.0, 1.999])
def test_keeps_what_librosa_keeps(top_db, seconds):
    waveform = coughs(seconds)
    kept = audible(torch.from_numpy(waveform), top_db)
    assert kept.shape == waveform.shape
    for clip, mask in zip(waveform, kept.numpy(), strict=True):
        expected = np.zeros(len(clip), dtype=bool)
        for start, end in librosa.effects.split(clip, top_db=top_db):
            expected[start:end] = True
        assert (mask == expected).all()
    assert 0.2 < kept.float().mean() < 0.95


def test_what_is_kept_stands_in_front_in_its_order():
    waveform = coughs()
    rows, left = without_silence(torch.from_numpy(waveform), parameters(silence_db=40.0))
    for clip, row, n in zip(waveform, rows.numpy(), left.tolist(), strict=True):
        pieces = [clip[start:end] for start, end in librosa.effects.split(clip, top_db=40.0)]
        expected = np.concatenate(pieces)
        assert n == len(expected)
        np.testing.assert_array_equal(row[:n], expected)
        assert not row[n:].any()


def test_the_length_that_is_kept():
    waveform = torch.from_numpy(coughs())
    rows, left = without_silence(waveform, parameters(silence_db=40.0, keep_s=0.25))
    assert rows.shape == (3, 2000)
    assert left.tolist() == [2000] * 3
    cut, nothing = without_silence(waveform, parameters(keep_s=0.25))
    assert torch.equal(cut, waveform[:, :2000])
    assert nothing is None
    assert without_silence(waveform, parameters(silence_db=40.0, keep_s=9.0))[0].shape == (3, 16000)


def test_pure_silence_is_kept_as_librosa_keeps_it():
    assert audible(torch.zeros(1, 4000), 60.0).all()
    assert librosa.effects.split(np.zeros(4000)).tolist() == [[0, 4000]]


def test_features_of_a_batch_share_it():
    waveform = torch.from_numpy(coughs())
    with one_batch():
        first, second = (without_silence(waveform, parameters(silence_db=40.0))[0] for _ in range(2))
        other = without_silence(waveform, parameters(silence_db=6.0))[0]
    assert first is second
    assert not torch.equal(first, other)
