import numpy as np
import pytest

from harness.api import DataError, Draw
from harness.testing import ScheduleContract
from tests.plugins.harness_training.records import RECORDS

LABELS = np.array([0] * 30 + [2] * 4 + [5] * 11)  # classes 1, 3, 4 do not occur


class TestUndersampled(ScheduleContract):
    record = RECORDS["schedule", "undersampled"]

    def positions(self, n, labels=LABELS, name="d/t"):
        draw = Draw(name=name, tasks=(name,), n=len(labels), labels=labels)
        return np.array(self.of_draw(name, n, self.build((draw,)))).reshape(-1)

    def test_an_epoch_has_as_many_of_every_class_as_the_rarest_has_and_none_twice(self):
        positions = self.positions(40)
        epoch = 3 * 4
        for start in range(0, len(positions) - epoch, epoch):
            one = positions[start : start + epoch]
            assert np.bincount(LABELS[one], minlength=6).tolist() == [4, 0, 4, 0, 0, 4]
            assert len(set(one)) == epoch

    def test_epochs_draw_others_of_the_frequent_classes(self):
        positions = self.positions(2000)
        assert set(positions) == set(range(len(LABELS)))
        counts = np.bincount(positions, minlength=len(LABELS)) / len(positions)
        assert counts[:30] == pytest.approx(1 / 3 / 30, rel=0.25)

    def test_the_name_of_the_draw_and_the_seed_decide(self):
        assert (self.positions(3) != self.positions(3, name="d/u")).any()
        assert (self.positions(3) == self.positions(3)).all()

    def test_labels_that_do_not_fit_are_an_error(self):
        with pytest.raises(DataError, match="each of its 4 training clips, found 3"):
            self.build((Draw(name="d/t", tasks=("d/t",), n=4, labels=np.array([0, 1, 1])),))
