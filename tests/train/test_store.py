import numpy as np
import pytest
import torch

from harness.train import store as store_module
from harness.train.store import CHUNK_ROWS, FeatureStore, rows_of
from harness_training.parameters import StandardiseParameters
from harness_training.scalers import Standardise

from .doubles import MeanOnly, rows

CPU = torch.device("cpu")


def test_rows_of_clips_with_several_windows():
    dataset = rows("a", 5, windows=3)  # windows 1, 2, 3, 1, 2
    found, count = rows_of(dataset, np.array([4, 1, 3]))
    assert found.tolist() == [7, 8, 1, 2, 6]
    assert count.tolist() == [2, 2, 1]


def test_scalers_are_fitted_on_the_training_rows_of_each_data_set_alone():
    datasets = rows("a", 30), rows("b", 30, seed=1)
    store = FeatureStore(datasets, CPU)
    training = np.array([9, 3, 3, 5]), np.array([0, 29])
    store.fit_scalers(MeanOnly, training)
    for index, dataset in enumerate(datasets):
        expected = dataset.features[:4] - dataset.features[np.unique(training[index])].mean()
        np.testing.assert_allclose(store.scaled(index, np.arange(4)), expected, atol=1e-6)


def test_a_scaler_sees_every_row_once_in_chunks():
    dataset = rows("a", CHUNK_ROWS + 5, shape=(1, 1, 1))
    seen = []

    class Spy(MeanOnly):
        def partial_fit(self, features):
            seen.append(features.clone())
            super().partial_fit(features)

    store = FeatureStore([dataset], CPU)
    store.fit_scalers(Spy, [np.arange(CHUNK_ROWS + 5)])
    assert [len(chunk) for chunk in seen] == [CHUNK_ROWS, 5]
    np.testing.assert_array_equal(torch.cat(seen), dataset.features)


def standardised(dataset, **limits):
    store = FeatureStore([dataset], CPU, **limits)
    store.fit_scalers(lambda: Standardise(StandardiseParameters()), [np.arange(0, len(dataset.features), 2)])
    return store


@pytest.mark.parametrize("how", ["small", "large", "shared"])
def test_features_are_scaled_once_where_they_are_small_and_the_same_to_the_bit_everywhere(how, monkeypatch):
    dataset, calls = rows("a", CHUNK_ROWS + 5, shape=(1, 3, 4)), []
    forward = Standardise.forward
    monkeypatch.setattr(Standardise, "forward", lambda self, x: calls.append(len(x)) or forward(self, x))
    if how == "large":
        monkeypatch.setattr(store_module, "SCALED_BYTES", dataset.features.nbytes - 1)
    store = standardised(dataset, **({"banks": {}} if how == "shared" else {}))
    asked = [np.array([3, 1, 3]), np.array([CHUNK_ROWS + 4])]
    found = [store.scaled(0, one) for one in asked]
    assert calls == ([CHUNK_ROWS, 5] if how == "small" else [3, 1])
    for one, scaled in zip(asked, found):
        assert torch.equal(scaled, forward(store.scaler(0), store.raw(0, one)))


def test_a_scaler_that_is_fitted_anew_scales_anew():
    dataset = rows("a", 30)
    store = standardised(dataset)
    before = store.scaled(0, np.arange(5))
    store.fit_scalers(MeanOnly, [np.arange(3)])
    assert not torch.equal(store.scaled(0, np.arange(5)), before)


def test_a_read_only_memory_map_gives_the_same_rows(tmp_path, recwarn):
    dataset = rows("a", 20)
    np.save(tmp_path / "bank.npy", dataset.features)
    mapped = np.load(tmp_path / "bank.npy", mmap_mode="r")
    store = FeatureStore([type(dataset)(**(vars(dataset) | {"features": mapped}))], CPU)
    np.testing.assert_array_equal(store.raw(0, np.array([7, 2])), dataset.features[[7, 2]])
    assert not recwarn.list
