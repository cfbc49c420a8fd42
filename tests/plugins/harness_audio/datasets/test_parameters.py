"""Parameters of the folder: short and long form, and what does not go together."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from harness_audio.datasets.parameters import FolderParameters


def test_kind_alone_is_the_short_form():
    parameters = FolderParameters(
        path="x", tasks={"sound": "multiclass", "who": {"kind": "binary", "group": "file"}}
    )
    assert parameters.tasks["sound"].kind == "multiclass"
    assert parameters.tasks["who"].group == "file"
    assert list(parameters.tasks) == ["sound", "who"]


def test_a_dump_can_be_read_again():
    parameters = FolderParameters(
        path="x", tasks={"b": "multiclass", "a": {"kind": "multiclass", "classes": [1, 2]}}
    )
    again = FolderParameters(**parameters.model_dump(mode="json"))
    assert again == parameters
    assert list(again.tasks) == ["b", "a"]


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("multi", "'binary', 'multiclass', 'multilabel' or 'regression'"),
        ({"kind": "multiclass", "colum": "x"}, "Extra inputs are not permitted"),
        ({"kind": "multiclass", "positive": "a"}, "positive is for a binary task"),
        ({"kind": "regression", "classes": ["a"]}, "a regression task has no classes"),
        ({"kind": "multiclass", "classes": ["a", "a"]}, "a class twice"),
        ({"kind": "binary", "classes": ["a", "b", "c"]}, "two classes, found 3"),
        (
            {"kind": "binary", "classes": ["a", "b"], "positive": "c"},
            "positive 'c' is not among the classes: a, b",
        ),
        ({"kind": "multilabel", "separator": ""}, "at least 1 character"),
        ({}, "Field required"),
    ],
)
def test_tasks_are_checked(task, message):
    with pytest.raises(ValidationError, match=message):
        FolderParameters(path="x", tasks={"sound": task})


@pytest.mark.parametrize("name", ["", "esc10/sound"])
def test_task_names_are_checked(name):
    with pytest.raises(ValidationError, match="not empty and has no '/'"):
        FolderParameters(path="x", tasks={name: "multiclass"})


def test_path_is_required():
    with pytest.raises(ValidationError, match="Field required"):
        FolderParameters(tasks={"x": "binary"})
