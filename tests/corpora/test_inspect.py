"""What is looked at in one clip."""

import numpy as np
import pytest

from harness.corpora.inspect import clipped_samples


@pytest.mark.parametrize(
    ("samples", "clipped"),
    [
        ([0.1, 1.0, 0.1], 0),
        ([1.0, 1.0, 0.5], 0),
        ([1.0, 1.0, 1.0], 3),
        ([0.0, 1.0, 1.0, 1.0, 0.0, -1.0, -1.0, -1.0, -1.0], 7),
        ([0.9985] * 5, 0),
        ([32767 / 32768] * 4, 4),
    ],
)
def test_a_peak_is_cut_off_where_three_samples_in_a_row_are_at_full_scale(samples, clipped) -> None:
    assert clipped_samples(np.array(samples, dtype="float32")) == clipped
