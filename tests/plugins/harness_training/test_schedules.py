from itertools import islice

import numpy as np
import pytest

from harness.api import DataError, Draw, derive_seed
from harness.testing import ScheduleContract
from harness.testing.schedule import LARGE, PLAIN, SMALL
from tests.plugins.harness_training.records import RECORDS, build

NAMES = ("mixed", "alternate", "proportional", "balanced")


class TestMixed(ScheduleContract):
    record = RECORDS["schedule", "mixed"]

    def test_every_step_has_every_draw(self):
        assert all(set(step) == {0, 1, 2} for step in self.first(20))


class TestAlternate(ScheduleContract):
    record = RECORDS["schedule", "alternate"]

    def test_draws_take_turns(self):
        assert [list(step) for step in self.first(6)] == [[0], [1], [2], [0], [1], [2]]


class TestProportional(ScheduleContract):
    record = RECORDS["schedule", "proportional"]

    def test_shares_follow_the_sizes(self):
        counts = np.bincount([i for step in self.first(4000) for i in step])
        shares = np.array([5, 23, 11]) / 39
        sigma = np.sqrt(shares * (1 - shares) / 4000)
        assert (np.abs(counts / 4000 - shares) < 4 * sigma).all()

    def test_starts_beyond_a_block_of_choices(self):
        assert self.first(30, start=1020) == self.first(1050)[1020:]
        assert self.first(3, start=5000) == self.first(5003)[5000:]


class TestBalanced(ScheduleContract):
    record = RECORDS["schedule", "balanced"]

    def test_classes_and_samples_of_a_class_are_equally_likely(self):
        labels = np.array([0] * 90 + [2] * 10)  # class 1 does not occur
        draw = Draw(name="d/t", tasks=("d/t",), n=100, labels=labels)
        positions = np.array(self.of_draw("d/t", 2000, self.build((draw,))))
        counts = np.bincount(positions, minlength=100) / len(positions)
        assert counts[labels == 2].sum() == pytest.approx(0.5, abs=0.02)
        assert counts[labels == 2] == pytest.approx(0.05, abs=0.01)
        assert counts[labels == 0] == pytest.approx(0.5 / 90, abs=0.003)

    def test_labels_that_do_not_fit_are_an_error(self):
        with pytest.raises(DataError, match="each of its 4 training clips, found 3"):
            self.build((Draw(name="d/t", tasks=("d/t",), n=4, labels=np.array([0, 1, 1])),))


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
