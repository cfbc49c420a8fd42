from typing import ClassVar

import numpy as np
import pytest
import torch
from sklearn.preprocessing import StandardScaler

from harness.api import DataError
from harness.testing import ScalerContract
from tests.plugins.harness_training.records import RECORDS, build

FEATURES = 5 + 3 * torch.randn(23, 2, 4, 6, generator=torch.Generator().manual_seed(0))
FEATURES = FEATURES * torch.arange(1, 5)[None, None, :, None] + 1000


def fitted(features, sizes=(7, 1, 15), **parameters):
    scaler = build("scaler", "standardise", **parameters)
    for batch in features.split(list(sizes)):
        scaler.partial_fit(batch)
    scaler.finish()
    return scaler


def rows(features, scope):
    """Return ``features`` as scikit-learn wants them: what shares a mean is a column."""
    if scope == "bin":
        return features.permute(0, 3, 1, 2).reshape(-1, 8)
    return features.reshape(len(features), -1) if scope == "cell" else features.reshape(-1, 1)


@pytest.mark.parametrize("scope", ["bin", "cell", "global"])
def test_agrees_with_scikit_learn(scope):
    reference = StandardScaler()
    for batch in FEATURES.double().split([4, 19]):
        reference.partial_fit(rows(batch, scope).numpy())
    found = rows(fitted(FEATURES, scope=scope)(FEATURES), scope)
    expected = reference.transform(rows(FEATURES.double(), scope).numpy())
    np.testing.assert_allclose(found.numpy(), expected, atol=2e-4)


def test_default_is_bin():
    torch.testing.assert_close(fitted(FEATURES)(FEATURES), fitted(FEATURES, scope="bin")(FEATURES))
    assert fitted(FEATURES).mean.shape == (1, 2, 4, 1)


def test_large_offset_does_not_lose_the_deviation():
    small = 1e4 + torch.randn(64, 1, 2, 8, generator=torch.Generator().manual_seed(1)) * 0.1
    found = fitted(small, sizes=(16,) * 4).deviation[0, 0, :, 0]
    expected = small.double().permute(2, 0, 1, 3).reshape(2, -1).std(dim=1, correction=0)
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=0)


@pytest.mark.parametrize("scope", ["bin", "cell", "global"])
@pytest.mark.parametrize("noisy", [False, True])
def test_constant_has_deviation_one(scope, noisy):
    features = torch.full((10, 1, 3, 5), -80.1)
    if noisy:
        features[::2] = torch.nextafter(features[::2], torch.tensor(0.0))
    scaler = fitted(features, sizes=(3, 7), scope=scope)
    assert (scaler.deviation == 1).all()
    torch.testing.assert_close(scaler(features), torch.zeros_like(features), rtol=0, atol=1e-4)


def test_one_clip():
    scaled = fitted(FEATURES[:1], sizes=(1,), scope="cell")(FEATURES[:1])
    torch.testing.assert_close(scaled, torch.zeros_like(scaled))


def test_what_is_fitted_is_a_float32_state():
    assert {value.dtype for value in fitted(FEATURES).state_dict().values()} == {torch.float32}


def test_unfitted_is_an_error():
    scaler = build("scaler", "standardise")
    with pytest.raises(DataError, match="before it was fitted"):
        scaler(FEATURES)
    scaler.partial_fit(FEATURES[:0])
    with pytest.raises(DataError, match="saw no clip"):
        scaler.finish()


def test_none_leaves_features_as_they_are():
    scaler = build("scaler", "none")
    scaler.partial_fit(FEATURES)
    scaler.finish()
    assert scaler(FEATURES) is FEATURES


class TestStandardise(ScalerContract):
    record = RECORDS["scaler", "standardise"]


class TestStandardiseCell(ScalerContract):
    record = RECORDS["scaler", "standardise"]
    parameters: ClassVar = {"scope": "cell"}


class TestNone(ScalerContract):
    record = RECORDS["scaler", "none"]
