"""Labels as numbers, against scikit-learn's encoders."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.preprocessing import LabelEncoder, MultiLabelBinarizer

from harness.data.targets import encode_targets
from harness.records import Task

CLASSES = ("b", "a", "c")


def series(values):
    return pd.Series(values, dtype=object)


def test_multiclass_in_the_order_of_the_classes():
    labels = list("abcab")
    encoded = encode_targets(Task(name="t", kind="multiclass", classes=CLASSES), series([*labels, None]))
    assert encoded.dtype == np.int64
    assert encoded.tolist() == [1, 0, 2, 1, 0, -1]
    ordered = encode_targets(Task(name="t", kind="multiclass", classes=("a", "b", "c")), series(labels))
    assert np.array_equal(ordered, LabelEncoder().fit_transform(labels))


def test_binary_counts_the_second_class_as_positive():
    encoded = encode_targets(
        Task(name="t", kind="binary", classes=("no", "yes")), series(["yes", "no", None])
    )
    assert encoded.dtype == np.float32
    np.testing.assert_array_equal(encoded, [1, 0, np.nan])


def test_multilabel():
    labels = [["a"], ["c", "b"], []]
    task = Task(name="t", kind="multilabel", classes=CLASSES)
    encoded = encode_targets(task, series([*labels, None, np.array(["c"], dtype=object)]))
    assert encoded.dtype == np.float32
    np.testing.assert_array_equal(encoded[:3], MultiLabelBinarizer(classes=CLASSES).fit_transform(labels))
    assert np.isnan(encoded[3]).all()
    assert encoded[4].tolist() == [0, 0, 1]
    assert encode_targets(task, series([])).shape == (0, 3)


def test_regression():
    encoded = encode_targets(Task(name="t", kind="regression"), pd.Series([1.5, np.nan]))
    assert encoded.dtype == np.float32
    np.testing.assert_array_equal(encoded, np.float32([1.5, np.nan]))
