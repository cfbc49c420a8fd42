"""What is compared between two data sets."""

import numpy as np

from harness.data.types import DatasetRows
from harness.probes.distance import descriptors


def test_mean_and_deviation_over_all_frames_of_a_clip() -> None:
    features = np.random.default_rng(0).standard_normal((5, 2, 3, 7)).astype(np.float32)
    rows = DatasetRows(
        name="d",
        features=features,
        first=np.array([0, 2, 3]),
        count=np.array([2, 1, 2]),
        clip_ids=("a", "b", "c"),
    )
    found = descriptors(rows, np.array([0, 2]))
    assert found.shape == (2, 12)
    for row, windows in zip(found, (features[:2], features[3:5]), strict=True):
        frames = np.concatenate(list(windows), axis=-1).astype(np.float64).reshape(6, -1)
        np.testing.assert_allclose(row, [*frames.mean(axis=1), *frames.std(axis=1)], rtol=1e-12)
