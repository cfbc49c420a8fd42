import numpy as np
import pytest

from harness.api import Metric, MetricRecord
from harness.testing import MetricContract


class Share(Metric):
    """Accuracy in one line."""

    def __call__(self, targets, predictions, probabilities, n_classes):
        return float((targets == predictions).mean())


def contract(metric, low=0.0, high=1.0):
    class Contract(MetricContract):
        record = MetricRecord(
            name="under_test",
            factory=metric,
            summary="for tests",
            task_kinds=("binary", "multiclass"),
            direction="max",
            low=low,
            high=high,
        )

    return Contract()


class TestShare(MetricContract):
    record = contract(Share).record


class Wrong(Share):
    def __call__(self, *answers):
        return 1 - super().__call__(*answers)


class Percent(Share):
    def __call__(self, *answers):
        return 100 * super().__call__(*answers)


class FirstClips(Share):
    def __call__(self, targets, predictions, *others):
        return super().__call__(targets[:5], predictions[:5], *others)


class OneTooMany(Share):
    def per_class(self, targets, predictions, probabilities, n_classes):
        return np.zeros(n_classes + 1)


class Recall(Share):
    """Divides by the clips of the last class, of which a fold may have none."""

    def __call__(self, targets, predictions, probabilities, n_classes):
        there = targets == targets.max()
        return float((predictions[there] == 1).sum() / (targets == n_classes - 1).sum())


@pytest.mark.parametrize(
    ("metric", "test", "arguments"),
    [
        (Wrong, "test_perfect_predictions_are_best", ()),
        (Percent, "test_perfect_predictions_are_best", ()),
        (Percent, "test_range", (0,)),
        (FirstClips, "test_order_of_clips_does_not_matter", (0,)),
        (OneTooMany, "test_one_value_a_class", ()),
        (Recall, "test_small_folds_give_a_number_or_nan", ("one class",)),
    ],
)
def test_broken_metric_is_caught(metric, test, arguments):
    with pytest.raises((AssertionError, RuntimeWarning)):
        getattr(contract(metric), test)("multiclass", *arguments)
