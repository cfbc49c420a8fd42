"""Whatever stands in a study file, the answer is a study or a list of mistakes, never another error."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.config import StudyConfig, load_study_file
from harness.errors import StudyFileError
from harness.plugins import Registry

WHOLE: dict[str, Any] = {
    "study": "whole",
    "seed": 0,
    "datasets": [
        {"as": "esc", "use": "folder", "path": "esc", "splits": "official",
         "tasks": {"sound": "multiclass", "level": {"kind": "regression", "group": "file"}}},
        {"as": "tones", "use": "tones", "n_clips": 600},
    ],
    "tasks": ["esc/sound", "esc/level", "tones/pitch"],
    "features": [{"name": "log_mel", "n_mels": 40}],
    "models": [{"name": "cnn", "width": 8}, "linear"],
    "combiners": ["sum", {"name": "weighted", "alpha": 0.5}],
    "groups": {"sizes": [1, 2], "include": [["esc/sound", "esc/level", "tones/pitch"]], "exclude": []},
    "placebo": {"shuffled_partner": "per_main"},
    "tuning": {"trials": 8, "batch": 4, "sampler": "tpe", "pruner": "none", "scope": "nested",
               "space": {"lr": {"log": [1e-4, 1e-2]}, "dropout": {"uniform": [0, 1e-1]},
                         "combiner.alpha": 0.2}},
    "training": {"epochs": 20, "batch_size": 32, "schedule": "mixed", "optimizer": {"lr": 0.1}, "patience": 5,
                 "augmentations": [{"name": "mask", "share": 0.5}], "losses": {"esc/sound": "cross_entropy"}},
    "evaluation": {"folds": 3, "seeds": 2, "metric": "auto", "validation": 0.2},
    "compute": {"executor": "local", "workers": "auto", "device": "auto", "engine": "auto"},
    "analysis": {"rope": 0.01, "confidence": 0.95, "predictors": ["bingel", "audio"]},
    "data": {"root": None, "options": {"memory_gb": 4.0}},
}  # fmt: skip
STRANGE: tuple[Any, ...] = (None, True, -1, 0.5, "", "esc/x", [], [[1]], {}, {"a": {"b": 1}}, {"log": [1, 2]})


def paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every entry."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, entry in entries:
        yield (*above, key)
        yield from paths(entry, (*above, key))


def replaced(path: tuple[Any, ...], strange: Any) -> Any:
    copy = json.loads(json.dumps(WHOLE))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = strange
    return copy


def problems_of(file: Path, registry: Registry, *overrides: str) -> tuple[Any, ...]:
    """Return the mistakes, none for a study; any other error fails the test."""
    try:
        load_study_file(file, overrides, registry=registry)
    except StudyFileError as error:
        return error.problems or ("a StudyFileError without problems",)
    return ()


def test_the_whole_file_is_right(load):
    assert isinstance(load(json.dumps(WHOLE)), StudyConfig)


@pytest.mark.parametrize("top", list(WHOLE))
def test_strange_values_everywhere(tmp_path, registry, top):
    file = tmp_path / "study.yaml"
    for path in [(top,), *paths(WHOLE[top], (top,))]:
        for strange in STRANGE:
            file.write_text(json.dumps(replaced(path, strange)))
            for problem in problems_of(file, registry):
                assert str(problem).startswith(f"{file}:1:"), (path, strange)


@pytest.mark.parametrize("top", list(WHOLE))
def test_strange_overrides_everywhere(tmp_path, registry, top):
    file = tmp_path / "study.yaml"
    file.write_text(json.dumps(WHOLE))
    for path in [(top,), *paths(WHOLE[top], (top,))]:
        for value in ("[", "x", "{a: 1}"):
            override = f"{'.'.join(map(str, path))}={value}"
            for problem in problems_of(file, registry, override):
                assert str(problem).startswith((f"--set {override}: ", f"{file}:1:")), override


@pytest.mark.parametrize(
    "text",
    [
        "tasks: " + "[" * 900 + "]" * 900,
        "tasks: " + "[" * 60 + "]" * 60,
        "a0: &a0 [1, 2]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 30)),
    ],
    ids=["brackets", "fewer brackets", "aliases"],
)
def test_too_much_of_a_file(tmp_path, registry, text):
    file = tmp_path / "study.yaml"
    file.write_text(f"study: x\n{text}\n")
    with pytest.raises(StudyFileError, match="nested more than 50 deep"):
        load_study_file(file, registry=registry)
