import numpy as np
import pytest
import torch
from torch.testing import assert_close

from harness.train.plain import AllButPlain
from harness.train.population.gather import Gatherer
from harness.train.store import FeatureStore
from harness_training.parameters import StandardiseParameters
from harness_training.scalers import Standardise, Unscaled

from .doubles import MeanOnly, rows

CPU = torch.device("cpu")
SHAPE = (3, 4, 5)


def masked(name="a", clips=12, seed=0, plain=(1,)):
    """Return normal numbers of deviation 3 around 10, with a mask of 0 and 1 as the second channel."""
    found = rows(name, clips, shape=SHAPE, seed=seed)
    features = found.features * 3 + 10
    features[:, 1] = features[:, 1] > 10
    return type(found)(**(vars(found) | {"features": features, "plain": plain}))


def standardise(scope="bin"):
    return Standardise(StandardiseParameters(scope=scope))


def store_of(data, make=standardise, **options):
    store = FeatureStore([data], CPU, **options)
    store.fit_scalers(make, [np.arange(0, len(data.features), 2)])
    return store


@pytest.mark.parametrize("scope", ["bin", "cell", "global"])
@pytest.mark.parametrize("options", [{}, {"banks": {}}])
def test_a_mask_reaches_the_network_as_it_is_and_the_rest_as_without_it(scope, options):
    data = masked()
    scaled = store_of(data, lambda: standardise(scope), **options).scaled(0, np.arange(12))
    np.testing.assert_array_equal(scaled[:, 1], data.features[:, 1])
    bare = type(data)(**(vars(data) | {"features": data.features[:, [0, 2]], "plain": ()}))
    alone = store_of(bare, lambda: standardise(scope)).scaled(0, np.arange(12))
    assert torch.equal(scaled[:, [0, 2]], alone)


@pytest.mark.parametrize("make", [standardise, lambda: standardise("global"), lambda: standardise("cell")])
def test_the_populations_gatherer_scales_in_the_same_way(make):
    stores = [store_of(masked(seed=seed), make) for seed in (0, 1)]
    found = Gatherer(stores, 1).scaled([0, 1], 0, np.array([[0, 3], [2, 2]]))
    expected = [stores[0].scaled(0, np.array([0, 3])), stores[1].scaled(0, np.array([2, 2]))]
    assert_close(found, torch.stack(expected), rtol=0, atol=0)


@pytest.mark.parametrize("inner", [Unscaled, MeanOnly])
def test_any_scaler_leaves_plain_channels(inner):
    data = masked()
    scaled = store_of(data, lambda: inner(StandardiseParameters())).scaled(0, np.arange(12))
    np.testing.assert_array_equal(scaled[:, 1], data.features[:, 1])


def test_where_all_channels_are_plain_nothing_is_fitted():
    data = masked(plain=(0, 1, 2))
    store = store_of(data)
    np.testing.assert_array_equal(store.scaled(0, np.arange(12)), data.features)
    found = Gatherer([store], 1).scaled([0], 0, np.array([[0, 3]]))
    np.testing.assert_array_equal(found[0], data.features[[0, 3]])


def test_constants_are_those_of_the_scaler_and_0_and_1():
    scaler = AllButPlain(standardise("global"), (1,), 3)
    scaler.partial_fit(torch.from_numpy(masked().features))
    scaler.finish()
    mean, deviation = scaler.constants()
    assert mean.shape == deviation.shape == (1, 3, 1, 1)
    assert (float(mean[0, 1]), float(deviation[0, 1])) == (0.0, 1.0)
    assert mean[0, 0] == mean[0, 2] == scaler.inner.mean.squeeze()
