"""Decoding: formats, stretches, mix-down, resampling, and a typed reason for every defect."""

from __future__ import annotations

import math

import librosa
import numpy as np
import pytest
import soundfile

from harness.data.decode import ClipDefect, decode, fit_length, resample, resampled_length
from harness.records import Clip
from tests.data.helpers import RATE, tone


def clip(**kwargs):
    return Clip(id="x", labels={}, **kwargs)


def defect(**kwargs):
    with pytest.raises(ClipDefect) as caught:
        decode(clip(**kwargs), silence_db=-80)
    assert str(caught.value).startswith(caught.value.kind + ": ")
    return caught.value.kind


@pytest.fixture
def wav(tmp_path):
    path = tmp_path / "x.wav"
    soundfile.write(path, tone(0, 1.0), RATE, subtype="FLOAT")
    return path


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_reads_every_format_as_librosa_does(tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    soundfile.write(path, np.stack([tone(1, 1.0, 16000), tone(2, 1.0, 16000)], axis=1), 16000)
    decoded = decode(clip(path=path, sample_rate=16000))
    reference, rate = librosa.load(path, sr=None, mono=True)
    assert rate == decoded.sample_rate
    np.testing.assert_allclose(decoded.samples, reference, atol=1e-7)
    assert decoded.samples.dtype == np.float32


@pytest.mark.parametrize("suffix", ["flac", "mp3"])
def test_a_stretch_is_what_slicing_gives(tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    soundfile.write(path, tone(3, 2.0), RATE)
    whole = decode(clip(path=path)).samples
    part = decode(clip(path=path, start_s=0.25, end_s=0.75)).samples
    np.testing.assert_allclose(part, whole[2000:6000], atol=2e-4 if suffix == "mp3" else 0)


def test_start_or_end_alone_and_rounded_end(wav):
    whole = decode(clip(path=wav)).samples
    assert np.array_equal(decode(clip(path=wav, start_s=0.5)).samples, whole[4000:])
    assert np.array_equal(decode(clip(path=wav, end_s=0.5)).samples, whole[:4000])
    assert len(decode(clip(path=wav, end_s=1.004)).samples) == 8000


def test_samples_in_memory_are_cut_and_mixed():
    samples = np.stack([np.full(100, 0.25), np.full(100, 0.75)], axis=1)
    decoded = decode(clip(samples=samples, sample_rate=100, start_s=0.5))
    assert np.array_equal(decoded.samples, np.full(50, 0.5, "float32"))


def test_the_content_hash_knows_samples_and_rate_but_not_the_container(tmp_path, wav):
    flac = tmp_path / "x.flac"
    pcm = np.round(tone(0, 1.0) * 2**15) / 2**15
    soundfile.write(flac, pcm, RATE, subtype="PCM_16")
    in_memory = decode(clip(samples=pcm, sample_rate=RATE)).content_hash
    assert decode(clip(path=flac)).content_hash == in_memory
    assert decode(clip(samples=pcm, sample_rate=RATE + 1)).content_hash != in_memory
    pcm[7] += 2**-15
    assert decode(clip(samples=pcm, sample_rate=RATE)).content_hash != in_memory


@pytest.mark.parametrize(
    "times", [(0.5, 0.5), (0.7, 0.2), (-0.1, 0.5), (0.0, 1.1), (2.0, 3.0), (math.nan, 0.5)]
)
def test_wrong_times(wav, times):
    assert defect(path=wav, start_s=times[0], end_s=times[1]) == "wrong times"


def test_missing_file(tmp_path):
    assert defect(path=tmp_path / "none.wav") == "missing file"
    assert defect(path=tmp_path) == "missing file"
    assert defect() == "missing file"


def test_corrupt_files(tmp_path):
    noise = tmp_path / "noise.wav"
    noise.write_bytes(np.random.default_rng(0).bytes(5000))
    assert defect(path=noise) == "corrupt"
    whole = tmp_path / "whole.flac"
    soundfile.write(whole, tone(0, 2.0), RATE)
    half = tmp_path / "half.flac"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert defect(path=half) == "corrupt"


@pytest.mark.parametrize(
    "samples", [np.ones(9, "int16"), np.zeros((2, 900)), np.zeros((9, 1, 1)), np.array([object()])]
)
def test_samples_of_a_wrong_kind_are_corrupt(samples):
    assert defect(samples=samples, sample_rate=RATE) == "corrupt"


def test_empty(tmp_path):
    no_bytes = tmp_path / "a.wav"
    no_bytes.touch()
    assert defect(path=no_bytes) == "empty"
    no_samples = tmp_path / "b.wav"
    soundfile.write(no_samples, np.zeros(0), RATE)
    assert defect(path=no_samples) == "empty"
    assert defect(samples=np.zeros(0), sample_rate=RATE) == "empty"
    assert defect(samples=np.zeros((0, 2)), sample_rate=RATE) == "empty"


def test_silent():
    assert defect(samples=np.zeros(100), sample_rate=RATE) == "silent"
    assert defect(samples=np.full(100, 0.9e-4), sample_rate=RATE) == "silent"
    decode(clip(samples=np.full(100, 1.1e-4), sample_rate=RATE), silence_db=-80)
    with pytest.raises(ClipDefect, match="silent"):
        decode(clip(samples=np.zeros(100), sample_rate=RATE))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_non_finite(tmp_path, value):
    samples = tone(0)
    samples[5] = value
    path = tmp_path / "x.wav"
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    assert defect(path=path) == "non-finite"
    assert defect(samples=samples, sample_rate=RATE) == "non-finite"


def test_wrong_rate(wav):
    assert defect(path=wav, sample_rate=16000) == "wrong rate"
    assert defect(path=wav, sample_rate=0) == "wrong rate"
    assert defect(samples=tone(0), sample_rate=8000.5) == "wrong rate"
    assert defect(samples=tone(0), sample_rate=-1) == "wrong rate"
    assert defect(samples=tone(0)) == "wrong rate"


@pytest.mark.parametrize(
    ("n", "rate", "target"), [(1, 48000, 8000), (7, 8000, 16000), (999, 44100, 16000), (8000, 8000, 8000)]
)
def test_resampled_length(n, rate, target):
    assert len(resample(np.ones(n, "float32"), rate, target)) == resampled_length(n, rate, target) >= 1


def test_resampling_keeps_a_tone_and_removes_what_would_alias():
    t = np.arange(44100) / 44100
    kept = np.sin(2 * np.pi * 1000 * t).astype("float32")
    resampled = resample(kept, 44100, 16000)
    expected = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000)
    np.testing.assert_allclose(resampled[200:-200], expected[200:-200], atol=1e-3)
    assert resampled.dtype == np.float32
    above = np.sin(2 * np.pi * 9000 * t).astype("float32")
    assert np.abs(resample(above, 44100, 16000)[200:-200]).max() < 1e-3


def test_fit_length():
    assert fit_length(np.arange(3), 5).tolist() == [0, 1, 2, 0, 0]
    assert fit_length(np.arange(5), 3).tolist() == [0, 1, 2]


@pytest.mark.parametrize(("suffix", "said"), [(".webm", True), (".WEBM", True), (".wav", False)])
def test_a_kind_of_file_that_is_not_read_says_what_to_do(tmp_path, suffix, said) -> None:
    path = tmp_path / f"cough{suffix}"
    path.write_bytes(b"\x1a\x45\xdf\xa3" + bytes(100))
    with pytest.raises(ClipDefect, match=r"corrupt: .* cannot be decoded") as caught:
        decode(Clip(id="cough", labels={}, path=path))
    assert (f"convert it, as by `ffmpeg -i cough{suffix} cough.flac`" in str(caught.value)) == said
