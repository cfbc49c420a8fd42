import numpy as np
import pytest

from harness.api import Metric, Task
from harness.train.evaluate import Predictions
from harness.train.scores import as_text, prediction_rows, score_rows

from .doubles import Accuracy, MeanError, part

SEEN = Predictions(
    clips=np.array([2, 0]),
    targets=np.array([1, 0]),
    decisions=np.array([1, 2]),
    probabilities=np.array([[0.0, 0.75, 0.25], [0.25, 0.25, 0.5]], np.float32),
    loss=0.5,
)


def test_a_row_for_the_task_and_one_for_each_class():
    task = part("a/x", 0, 10)
    rows = score_rows(task, "test", SEEN, {"accuracy": Accuracy()}, per_class=True)
    assert rows[0] == {"task": "a/x", "split": "test", "metric": "accuracy", "label": None, "value": 0.5}
    assert [row["label"] for row in rows[1:]] == ["c0", "c1", "c2"]
    assert [row["value"] for row in rows[1:3]] == [0.0, 1.0]
    assert np.isnan(rows[3]["value"])  # no clip of that class


def test_no_class_rows_where_the_metric_has_none_or_nobody_asked():
    class Plain(Metric):
        def __call__(self, *_):
            return 1.0

    task = part("a/x", 0, 10)
    assert len(score_rows(task, "test", SEEN, {"plain": Plain()}, per_class=True)) == 1
    assert len(score_rows(task, "test", SEEN, {"accuracy": Accuracy()}, per_class=False)) == 1
    numbers = part("a/y", 0, 10, kind="regression")
    assert len(score_rows(numbers, "test", SEEN, {"mse": MeanError()}, per_class=True)) == 1


def test_predictions_name_clips_and_classes():
    rows = prediction_rows(part("a/x", 0, 10), ("first", "second", "third"), SEEN)
    assert [row["clip"] for row in rows] == ["third", "first"]
    assert [(row["target"], row["prediction"]) for row in rows] == [("c1", "c1"), ("c0", "c2")]
    assert rows[0]["probabilities"] == [0.0, 0.75, 0.25]


def test_predictions_of_a_regression_have_numbers_and_no_probabilities():
    values = np.array([0.1, 2.5], np.float32)
    seen = Predictions(np.array([0, 1]), values, values, values[:, None], 0.0)
    rows = prediction_rows(part("a/y", 0, 10, kind="regression"), ("p", "q"), seen)
    assert [np.float32(row["target"]) for row in rows] == list(values)
    assert [row["probabilities"] for row in rows] == [[], []]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("binary", np.float32(1.0), "yes"),
        ("multiclass", np.int64(0), "no"),
        ("multilabel", np.array([1.0, 1.0], np.float32), "no|yes"),
        ("multilabel", np.array([0.0, 0.0], np.float32), ""),
    ],
)
def test_values_as_text(kind, value, text):
    assert as_text(Task(name="t", kind=kind, classes=("no", "yes")), value) == text
