"""Classification reports agree with scikit-learn's, to 1e-12."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import classification_report as reference

from harness.records import Task
from harness.results import classification_report
from harness.train.confusions import count_cells

CLASSES = ("a", "b", "c", "never")


def confusions(kind, pairs, **keys):
    task = Task(name="t", kind=kind, classes=CLASSES)
    return pd.DataFrame([keys | cell for cell in count_cells(task, pairs)])


def agrees(found, expected) -> None:
    for row in found.to_dict(orient="records"):
        theirs = expected[row["label"]]
        assert row["precision"] == pytest.approx(theirs["precision"], abs=1e-12), row
        assert row["recall"] == pytest.approx(theirs["recall"], abs=1e-12), row
        assert row["f1"] == pytest.approx(theirs["f1-score"], abs=1e-12), row
        assert row["support"] == theirs["support"], row


def single(seed):
    rng = np.random.default_rng(seed)
    return rng.choice(["a", "b", "c"], 40, p=[0.7, 0.2, 0.1]), rng.choice(["a", "b", "never"], 40)


@pytest.mark.parametrize("seed", range(5))
def test_one_label(seed) -> None:
    targets, decisions = single(seed)
    found = classification_report(confusions("multiclass", zip(targets, decisions, strict=True)))
    expected = reference(targets, decisions, output_dict=True, zero_division=0)
    assert set(found.label) == set(expected) - {"accuracy"}
    agrees(found, expected)


@pytest.mark.parametrize("seed", range(5))
def test_many_labels(seed) -> None:
    rng = np.random.default_rng(seed)
    targets, decisions = (rng.random((30, 4)) < [0.5, 0.3, 0.2, 0.0] for _ in range(2))
    texts = [["|".join(np.array(CLASSES)[row]) for row in rows] for rows in (targets, decisions)]
    found = classification_report(confusions("multilabel", zip(*texts, strict=True)))
    expected = reference(targets, decisions, output_dict=True, zero_division=0, target_names=CLASSES)
    assert list(found.label) == [*CLASSES, "macro avg", "weighted avg"]
    agrees(found, expected)


def test_every_matrix_has_its_report_and_chosen_epochs_are_kept_apart() -> None:
    first, second = (confusions("multiclass", zip(*single(seed), strict=True)) for seed in (1, 2))
    both = pd.concat([first.assign(task="x", epoch=None), second.assign(task="x", epoch=3)])
    both["epoch"] = both["epoch"].astype("Int64")
    found = classification_report(both)
    for chosen, seed in ((found.epoch.isna(), 1), (found.epoch == 3, 2)):
        agrees(found[chosen.fillna(False)], reference(*single(seed), output_dict=True, zero_division=0))


def test_matrices_without_keys_are_added() -> None:
    parts = [single(seed) for seed in (1, 2)]
    rows = pd.concat([confusions("multiclass", zip(*part, strict=True)) for part in parts])
    together = [np.concatenate(sides) for sides in zip(*parts, strict=True)]
    agrees(classification_report(rows), reference(*together, output_dict=True, zero_division=0))


def test_nothing_gives_no_rows() -> None:
    assert classification_report(pd.DataFrame(columns=["task", "target", "prediction", "n"])).empty
