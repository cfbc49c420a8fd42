"""What a command is pointed at, and what is said of mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.corpora.places import study_datasets
from harness.corpora.target import study_of
from harness.errors import StudyFileError
from harness.plugins import load_registry


def study(target: str, params=(), overrides=(), data_root: Path | None = None):
    return study_of(target, params=params, overrides=overrides, data_root=data_root, registry=load_registry())


def test_parameters_are_those_of_a_study_file(tmp_path) -> None:
    config = study(
        "folder", ["path=birds", "tasks.kind={kind: binary, positive: owl}", "as=birds"], (), tmp_path
    )
    (use,) = config.dataset_uses().values()
    assert (use.use, use.as_, use.parameters["path"]) == ("folder", "birds", "birds")
    assert use.parameters["tasks"]["kind"]["positive"] == "owl"
    assert config.data.root == tmp_path
    assert study_datasets(config)[0]["place"] == str(tmp_path / "birds")
    assert study_datasets(config)[0]["there"] is False


@pytest.mark.parametrize(
    ("target", "params", "overrides", "said"),
    [
        ("foldr", (), (), "'foldr' is neither a study file nor a data set \\(did you mean 'folder'"),
        ("folder", (), (), "key 'path' is missing"),
        ("folder", ["path=a", "taks=1"], (), "--param taks=1: unknown key 'taks' \\(did you mean 'tasks'"),
        ("folder", ["path"], (), "--param path: expected key=value"),
        ("folder", ["path=a", "splits=odd"], (), '--param splits=odd: splits: found "odd"'),
        ("folder", ["path=a"], ["seed=1"], "--set is for study files"),
        ("studies/audio_pairs.yaml", ["path=a"], (), "--param is for a data set"),
    ],
)
def test_mistakes_are_told(target, params, overrides, said) -> None:
    with pytest.raises(StudyFileError, match=said):
        study(target, params, overrides)
