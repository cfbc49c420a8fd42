from itertools import islice

import numpy as np
import pytest

from harness.api import DataError, Draw, derive_seed
from harness.testing.schedule import LARGE, PLAIN, SMALL
from tests.plugins.harness_training.records import build

NAMES = ("mixed", "alternate", "proportional", "balanced")


@pytest.mark.parametrize("name", ["mixed", "alternate", "proportional"])
@pytest.mark.parametrize("draw", [SMALL, LARGE, PLAIN], ids=lambda draw: draw.name)
def test_samples_are_shuffled_epochs_laid_end_to_end(name, draw):
    steps = islice(build("schedule", name, (draw,), 8, 5).steps(), 60)
    stream = np.concatenate([step[0] for step in steps])
    epochs = stream[: len(stream) // draw.n * draw.n].reshape(-1, draw.n)
    assert (np.sort(epochs, axis=1) == np.arange(draw.n)).all()
    assert len({tuple(epoch) for epoch in epochs.tolist()}) > len(epochs) / 2
    for e, epoch in enumerate(epochs):
        rng = np.random.default_rng(derive_seed(5, draw.name, "epoch", e))
        np.testing.assert_array_equal(epoch, rng.permutation(draw.n))


@pytest.mark.parametrize("name", NAMES)
def test_one_clip(name):
    draw = Draw(name="d/t", tasks=("d/t",), n=1, labels=np.array([0]))
    (step,) = islice(build("schedule", name, (draw,), 4, 0).steps(), 1)
    assert step[0].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("name", NAMES)
def test_no_clip_is_an_error(name):
    draw = Draw(name="d/t", tasks=("d/t",), n=0, labels=np.array([], int))
    with pytest.raises(DataError, match="'d/t'"):
        build("schedule", name, (draw,), 4, 0)
