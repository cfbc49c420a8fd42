"""Rows of any length are cut and filled as the harness cuts and fills clips, also when that is traced."""

import numpy as np
import pytest
import torch

from harness.data.fit import Fit as Asked
from harness.data.fit import fit_rows
from harness.export.module import Fit
from harness.export.verify import row_by_row


@pytest.mark.parametrize("fit", ["pad", "repeat"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
def test_a_traced_fit_is_the_studys(fit):
    module = Fit(100, repeat=fit == "repeat")
    traced = torch.jit.trace(module, torch.zeros(2, 130))
    for rows, samples in ((1, 100), (3, 7), (2, 99), (1, 1000)):
        x = np.random.default_rng(samples).standard_normal((rows, samples)).astype(np.float32)
        expected = np.concatenate([fit_rows(row, Asked(100, 1.0, fit, None)) for row in x])
        for one in (module, traced):
            np.testing.assert_array_equal(one(torch.from_numpy(x)).numpy(), expected)


def test_rows_one_at_a_time_are_put_together():
    seen = []

    def compute(batch):
        seen.append(len(batch))
        return {"t": batch.sum(axis=1, keepdims=True)}

    batch = np.arange(6.0).reshape(3, 2)
    np.testing.assert_array_equal(row_by_row(compute)(batch)["t"], compute(batch)["t"])
    assert seen == [1, 1, 1, 3]
