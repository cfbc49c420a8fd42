import numpy as np
import torch

from harness.train.store import CHUNK_ROWS, FeatureStore, rows_of

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


def test_a_read_only_memory_map_gives_the_same_rows(tmp_path, recwarn):
    dataset = rows("a", 20)
    np.save(tmp_path / "bank.npy", dataset.features)
    mapped = np.load(tmp_path / "bank.npy", mmap_mode="r")
    store = FeatureStore([type(dataset)(**(vars(dataset) | {"features": mapped}))], CPU)
    np.testing.assert_array_equal(store.raw(0, np.array([7, 2])), dataset.features[[7, 2]])
    assert not recwarn.list
