from sklearn.metrics import confusion_matrix, multilabel_confusion_matrix

from harness.records import Task
from harness.train.confusions import ABSENT, PRESENT, count_cells

TARGETS = ["a", "b", "b", "c", "a", "b"]
DECISIONS = ["a", "b", "a", "a", "a", "c"]


def test_cells_are_those_of_scikit_learn_without_its_zeros() -> None:
    task = Task(name="t", kind="multiclass", classes=("c", "b", "a"))
    cells = count_cells(task, zip(TARGETS, DECISIONS, strict=True))
    matrix = confusion_matrix(TARGETS, DECISIONS, labels=task.classes)
    expected = [
        {"label": None, "target": target, "prediction": prediction, "n": matrix[i, j]}
        for i, target in enumerate(task.classes)
        for j, prediction in enumerate(task.classes)
        if matrix[i, j]
    ]
    assert cells == expected


def test_each_class_of_a_multilabel_task_has_a_matrix() -> None:
    task = Task(name="t", kind="multilabel", classes=("x", "y"))
    pairs = [("x|y", "x"), ("", "y"), ("y", "y"), ("", "")]
    cells = count_cells(task, pairs)
    true, decided = (
        [[name in text.split("|") for name in task.classes] for text in side]
        for side in zip(*pairs, strict=True)
    )
    found = multilabel_confusion_matrix(true, decided)
    states = (ABSENT, PRESENT)
    assert cells == [
        {"label": name, "target": states[i], "prediction": states[j], "n": found[c, i, j]}
        for c, name in enumerate(task.classes)
        for i in (0, 1)
        for j in (0, 1)
        if found[c, i, j]
    ]


def test_regression_has_no_matrix() -> None:
    assert count_cells(Task(name="t", kind="regression"), [("1", "2")]) == []
