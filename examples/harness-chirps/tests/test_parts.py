"""What the contracts cannot know: that the parts do what their names say."""

import math

import numpy as np
import pytest
import torch
from harness_chirps.dataset import RATE, tone
from harness_chirps.feature import SpectralShape
from harness_chirps.metric import CohenKappa
from harness_chirps.parameters import ShapeParameters


def shape(samples: np.ndarray) -> torch.Tensor:
    feature = SpectralShape(ShapeParameters(sample_rate=RATE, frame=128))
    return feature(torch.as_tensor(samples, dtype=torch.float32)[None])[0, 0]


def test_the_centroid_of_a_tone_is_its_frequency():
    time = np.arange(RATE // 2) / RATE
    _, centroid, spread = shape(0.5 * np.sin(2 * np.pi * 1500 * time))
    assert centroid.numpy() == pytest.approx(1.5, abs=0.02)
    assert (spread < 0.2).all()


@pytest.mark.parametrize(("direction", "sign"), [("up", 1), ("down", -1)])
def test_a_sweep_goes_where_its_label_says(direction, sign):
    _, centroid, _ = shape(tone({"direction": direction, "pace": "slow"}, pitch=1.0))
    assert sign * (centroid[-2] - centroid[1]) > 0.5


def test_a_fast_sweep_is_shorter():
    fast, slow = (tone({"direction": "up", "pace": pace}, pitch=1.0) for pace in ("fast", "slow"))
    assert len(fast) < len(slow) / 2


def test_kappa_by_hand():
    """35 of 50 agreed on is .7; .5 · .6 + .5 · .4 = .5 by chance; (.7 - .5) / (1 - .5) = .4."""
    judge = np.array([1] * 20 + [1] * 5 + [0] * 10 + [0] * 15)
    other = np.array([1] * 20 + [0] * 5 + [1] * 10 + [0] * 15)
    probabilities = np.zeros((50, 2))
    assert CohenKappa()(judge, other, probabilities, 2) == pytest.approx(0.4)
    assert math.isnan(CohenKappa()(judge[:1], judge[:1], probabilities[:1], 2))
