"""Fixed length: cut or pad, cut or repeat, windows."""

from __future__ import annotations

import numpy as np
import pytest

from harness.data.decode import resample
from harness.data.fit import fit_rows, row_count, row_samples
from harness.records import FeatureParameters


def parameters(**kwargs):
    return FeatureParameters(**({"sample_rate": 10, "clip_s": 0.4} | kwargs))


def test_pad_and_cut():
    assert fit_rows(np.arange(1, 3), parameters()).tolist() == [[1, 2, 0, 0]]
    assert fit_rows(np.arange(1, 9), parameters()).tolist() == [[1, 2, 3, 4]]


def test_repeat():
    assert fit_rows(np.arange(1, 4), parameters(fit="repeat")).tolist() == [[1, 2, 3, 1]]
    assert fit_rows(np.arange(1, 9), parameters(fit="repeat")).tolist() == [[1, 2, 3, 4]]


def test_windows_with_the_default_hop_and_another():
    rows = fit_rows(np.arange(1, 8), parameters(fit="windows"))
    assert rows.tolist() == [[1, 2, 3, 4], [3, 4, 5, 6], [5, 6, 7, 0]]
    assert fit_rows(np.arange(1, 8), parameters(fit="windows", hop_s=0.3)).tolist() == [
        [1, 2, 3, 4],
        [4, 5, 6, 7],
    ]
    assert fit_rows(np.arange(1, 4), parameters(fit="windows")).tolist() == [[1, 2, 3, 0]]


@pytest.mark.parametrize("fit", ["pad", "repeat", "windows"])
@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100])
def test_the_row_count_is_known_before_decoding(fit, rate):
    wanted = FeatureParameters(sample_rate=16000, clip_s=0.05, fit=fit, hop_s=0.02)
    for n in (1, 5, 399, 400, 401, 2205, 3001):
        rows = fit_rows(resample(np.ones(n, "float32"), rate, 16000), wanted)
        assert rows.shape == (row_count(n, rate, wanted), row_samples(wanted))


def test_windows_cover_every_sample():
    for n in range(1, 60):
        rows = fit_rows(np.arange(1, n + 1), parameters(fit="windows", hop_s=0.3))
        assert set(range(1, n + 1)) <= set(rows.ravel().tolist())
