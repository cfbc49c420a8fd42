"""Cells become classes, sets of classes and numbers, or an error that says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.api import DataError
from harness_audio.datasets.labels import LabelColumn, class_order
from harness_audio.datasets.parameters import FolderTask
from harness_audio.datasets.table import LabelTable, Row


def column(cells, **options):
    rows = tuple(Row(f"labels.csv:{line}", {"x": cell}) for line, cell in enumerate(cells, start=2))
    return LabelColumn("x", FolderTask(**options), LabelTable(Path("labels.csv"), ("x",), rows))


def labels(cells, **options):
    read = column(cells, **options)
    return [read.label(Row("labels.csv:2", {"x": cell})) for cell in cells]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["10", "9", "1"], ("1", "9", "10")),
        (["1.5", "-2", "10"], ("-2", "1.5", "10")),
        (["gm10", "gm2", "a"], ("a", "gm2", "gm10")),
        (["2b", "10a", "x"], ("2b", "10a", "x")),
        (["nan", "1"], ("1", "nan")),
        (["b", "B", "a"], ("B", "a", "b")),
    ],
)
def test_class_order(values, expected):
    assert class_order(values) == expected
    assert class_order(reversed(values)) == expected


def test_multiclass():
    read = column(["2", "10", "", "2"], kind="multiclass")
    assert read.task.classes == ("2", "10")
    assert labels(["2", "10", "", "2"], kind="multiclass") == ["2", "10", None, "2"]


def test_given_classes_keep_their_order_and_are_all_there_are():
    read = column(["b"], kind="multiclass", classes=("c", "b", "a"))
    assert read.task.classes == ("c", "b", "a")
    with pytest.raises(
        DataError, match=r"labels.csv:2: x 'aa' is not a class \(did you mean 'a'\?\); classes: c, b, a"
    ):
        labels(["aa"], kind="multiclass", classes=("c", "b", "a"))


def test_classes_may_be_numbers_in_the_study_file():
    assert FolderTask(kind="multiclass", classes=[1, 2]).classes == ("1", "2")


def test_binary_second_is_positive_unless_said():
    assert column(["neg", "pos"], kind="binary").task.classes == ("neg", "pos")
    assert column(["neg", "pos"], kind="binary", positive="neg").task.classes == ("pos", "neg")
    assert column(["neg"], kind="binary", classes=("pos", "neg")).task.classes == ("pos", "neg")


@pytest.mark.parametrize("cells", [["a"], ["a", "b", "c"], [""]])
def test_binary_needs_two_classes(cells):
    with pytest.raises(DataError, match=rf"task 'x' is binary, but x has {len(set(cells) - {''})} classes"):
        column(cells, kind="binary")


def test_unknown_positive():
    with pytest.raises(
        DataError, match=r"positive 'yess' is not a class \(did you mean 'yes'\?\); classes: no, yes"
    ):
        column(["yes", "no"], kind="binary", positive="yess")


def test_multilabel():
    cells = ["dog|cat", "", "|", "cat", "dog | dog"]
    assert column(cells, kind="multilabel").task.classes == ("cat", "dog")
    assert labels(cells, kind="multilabel") == [("dog", "cat"), None, (), ("cat",), ("dog", "dog")]
    assert labels(["a;b"], kind="multilabel", separator=";") == [("a", "b")]


def test_regression():
    assert labels(["1e-3", "-2", ""], kind="regression") == [0.001, -2.0, None]
    assert column(["1"], kind="regression").task.classes is None


@pytest.mark.parametrize("cell", ["nan", "inf", "1,5", "NA"])
def test_regression_needs_finite_numbers(cell):
    with pytest.raises(DataError, match=f"labels.csv:2: x '{cell}' is not a finite number; leave it empty"):
        labels([cell], kind="regression")


def test_metric_and_loss_pass_through():
    task = column(["a", "b"], kind="binary", metric="auroc", loss="focal").task
    assert (task.metric, task.loss) == ("auroc", "focal")
