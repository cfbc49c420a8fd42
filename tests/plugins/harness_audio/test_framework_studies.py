"""The studies of the framework's plan are valid, and ask what their heads say."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from harness.api import DatasetContext
from harness.config import load_study_file
from harness_audio.datasets.folder import Folder
from harness_audio.datasets.parameters import FolderParameters

ROOT = Path(__file__).parents[3]
STUDIES = sorted((ROOT / "studies").glob("framework_*.yaml"))
DATA = ROOT.parent / "shared" / "data"


def study(name):
    return load_study_file(ROOT / "studies" / f"framework_{name}.yaml")


def test_there_is_one_for_each_question():
    names = [path.stem.removeprefix("framework_") for path in STUDIES]
    assert names == ["datasets", "groups", "overlap", "pairs", "second"]


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_it_is_valid_and_sums_losses_with_adam(path):
    config = load_study_file(path)
    assert config.study == path.stem
    assert [combiner.name for combiner in config.combiners] == ["sum"]
    assert config.training.optimizer.name == "adam"
    (dense,) = (model for model in config.models if model.name == "dnn")
    assert (dense.parameters["depth"], dense.parameters["width"]) == (3, 512)
    (mfcc,) = (feature for feature in config.features if feature.name == "mfcc")
    assert (mfcc.parameters["n_mfcc"], mfcc.parameters["n_mels"]) == (13, 24)


def test_partners_on_the_same_and_on_another_data_set():
    pairs = combinations([task.split("/")[0] for task in study("datasets").tasks], 2)
    assert sorted(one == other for one, other in pairs) == [False] * 12 + [True] * 3


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no corpora at {DATA}")
def test_halves_without_overlap_are_of_equal_size():
    halves = {}
    for use in study("overlap").datasets:
        if use.as_.startswith("arabic"):
            parameters = FolderParameters.model_validate(use.parameters)
            halves[use.as_] = Folder(parameters, DatasetContext(root=DATA, cache_dir=DATA))
    digits, directions = (halves[f"arabic_{name}"] for name in ("digits", "directions"))
    assert set(digits.tasks[0].classes) == {"zero", "one", "two", "three", "four", "five"}
    assert not set(digits.tasks[0].classes) & set(directions.tasks[0].classes)
    assert len(list(digits.clips())) == len(list(directions.clips())) == 360
