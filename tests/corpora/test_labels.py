"""Label counts of tasks of every kind, in the check and on a contact sheet."""

from __future__ import annotations

from harness.corpora.check_labels import class_masks, label_counts
from harness.corpora.sample import sheet
from harness.corpora.scan import scan
from harness.records import Clip, Task
from tests.corpora.conftest import RATE, tone
from tests.data.helpers import ListDataset

TASKS = (
    Task(name="sounds", kind="multilabel", classes=("dog", "cat", "cow")),
    Task(name="age", kind="regression"),
    Task(name="who", kind="binary", classes=("a", "b"), group="take"),
)
SOUNDS = (["dog"], ["dog", "cat"], [], None)


def clips() -> list[Clip]:
    return [
        Clip(
            id=f"c{i}",
            labels={"sounds": SOUNDS[i % 4], "age": None if i == 0 else float(i), "who": "ab"[i % 2]},
            samples=tone(i).astype("float32"),
            sample_rate=RATE,
            group="one",
            groups={"take": f"t{i}"},
        )
        for i in range(8)
    ]


def test_counts_of_every_kind() -> None:
    catalog = scan("s", ListDataset(clips(), TASKS), silence_db=-80).catalog
    sounds, age, who = (label_counts(catalog, task) for task in TASKS)
    assert [(row["label"], row["clips"], row["groups"]) for row in sounds] == [
        ("dog", 4, 1),
        ("cat", 2, 1),
        ("cow", 0, 0),
    ]
    assert age == [{"label": "any value", "clips": 7, "groups": 1}]
    assert [row["groups"] for row in who] == [4, 4]  # the task keeps takes apart, not the data set's groups
    assert class_masks(catalog, TASKS[0])["cat"].tolist() == [False, True, False, False] * 2


def test_a_sheet_of_several_labels_a_clip() -> None:
    made = sheet("s", ListDataset(clips(), TASKS), None, per_class=1, at_most=9, seed=0)
    assert {label: parts["clips"] for label, parts in made.counts.items()} == {
        "dog": 4,
        "cat": 2,
        "cow": 0,
        "no label": 2,
        "none of them": 2,
    }
    assert sorted(shown.label for shown in made.clips) == ["cat", "dog", "none of them"]
    assert len({shown.clip for shown in made.clips}) == 3


def test_a_sheet_of_numbers() -> None:
    made = sheet("s", ListDataset(clips(), TASKS), "age", per_class=2, at_most=9, seed=0)
    assert [shown.label for shown in made.clips] == ["any value", "any value"]
