"""Clips of any length to rows of equal length: cut or pad, cut or repeat, or windows with a hop."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from harness.data.decode import fit_length, resampled_length

if TYPE_CHECKING:
    from harness.records import FeatureParameters


class Fit(NamedTuple):
    """What decides a feature's rows, and nothing else of it: see :class:`~harness.api.FeatureParameters`."""

    sample_rate: int
    clip_s: float
    fit: str
    hop_s: float | None


def fit_of(parameters: FeatureParameters) -> Fit:
    """Return how a feature cuts clips to rows."""
    return Fit(parameters.sample_rate, parameters.clip_s, parameters.fit, parameters.hop_s)


def row_samples(parameters: FeatureParameters | Fit) -> int:
    """Return the samples of one row: ``clip_s`` at the feature's sample rate."""
    return max(1, round(parameters.clip_s * parameters.sample_rate))


def row_count(n: int, rate: int, parameters: FeatureParameters | Fit) -> int:
    """Return how many rows a clip of ``n`` samples at ``rate`` Hz becomes.

    One, but for ``fit: windows`` with ``s`` samples a row and ``h`` a hop: ``1 + ⌈(n' − s) / h⌉`` for the
    ``n' > s`` samples after resampling, so that every sample is in a window (where the hop is not longer
    than the row).
    """
    excess = resampled_length(n, rate, parameters.sample_rate) - row_samples(parameters)
    if parameters.fit != "windows" or excess <= 0:
        return 1
    return 1 + math.ceil(excess / _hop(parameters))


def fit_rows(samples: np.ndarray, parameters: FeatureParameters | Fit) -> np.ndarray:
    """Return ``[rows, samples]`` of ``samples [samples]`` at the feature's sample rate.

    ``pad`` cuts the end or pads it with zeros; ``repeat`` cuts the end or repeats the clip; ``windows``
    start every ``hop_s`` (half of ``clip_s`` by default), the last one padded with zeros.
    """
    length = row_samples(parameters)
    if parameters.fit == "repeat":
        return np.resize(samples, (1, length))
    if parameters.fit == "pad":
        return fit_length(samples, length)[None]
    count = row_count(len(samples), parameters.sample_rate, parameters)
    starts = _hop(parameters) * np.arange(count)
    padded = fit_length(samples, max(len(samples), starts[-1] + length))
    return padded[starts[:, None] + np.arange(length)]


def row_seconds(n: int, rate: int, parameters: FeatureParameters | Fit) -> np.ndarray:
    """Return the seconds of audio in each row of a clip of ``n`` samples at ``rate`` Hz, ``[rows]`` float64: what is
    there before a row is padded, or filled by repetition.
    """
    length = resampled_length(n, rate, parameters.sample_rate)
    starts = _hop(parameters) * np.arange(row_count(n, rate, parameters))
    return np.clip(length - starts, 0, row_samples(parameters)) / parameters.sample_rate


def _hop(parameters: FeatureParameters | Fit) -> int:
    hop_s = parameters.clip_s / 2 if parameters.hop_s is None else parameters.hop_s
    return max(1, round(hop_s * parameters.sample_rate))
