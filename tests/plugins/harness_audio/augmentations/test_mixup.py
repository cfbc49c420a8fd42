"""mixup mixes each sample with another one of its batch, by a weight of its own."""

from __future__ import annotations

import pytest
import torch
from scipy import stats

from harness_audio.augmentations.mixup import Mixup
from harness_audio.augmentations.parameters import MixupParameters


def mixed(features: torch.Tensor, seed: int = 0, alpha: float = 0.4):
    return Mixup(MixupParameters(alpha=alpha))(features, torch.Generator().manual_seed(seed))


def test_features_are_mixed_as_partner_and_weight_say():
    features = torch.randn(9, 2, 3, 4)
    found = mixed(features)
    assert sorted(found.partner.tolist()) == list(range(9))
    for row in range(9):
        expected = found.weight[row] * features[row] + (1 - found.weight[row]) * features[found.partner[row]]
        torch.testing.assert_close(found.features[row], expected)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 3.0])
def test_weights_are_the_larger_share_of_a_beta_variate(alpha):
    weight = mixed(torch.zeros(4000, 1, 1, 1), alpha=alpha).weight.double().numpy()
    beta = stats.beta(alpha, alpha)
    assert weight.min() >= 0.5
    assert weight.max() <= 1
    for point in (0.55, 0.7, 0.85, 0.95, 0.99):
        expected = 2 * (beta.cdf(point) - 0.5)
        error = (expected * (1 - expected) / len(weight)) ** 0.5
        assert (weight <= point).mean() == pytest.approx(expected, abs=4.5 * error)


def test_same_generator_state_same_mix_and_the_global_one_is_left_alone():
    features, before = torch.randn(6, 1, 2, 2), torch.get_rng_state()
    assert torch.equal(mixed(features, 3).features, mixed(features, 3).features)
    assert not torch.equal(mixed(features, 3).features, mixed(features, 4).features)
    assert torch.equal(torch.get_rng_state(), before)
