import numpy as np
import pytest

from harness.api import DataError, Draw
from harness.testing import ScheduleContract
from tests.plugins.harness_training.records import RECORDS


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
