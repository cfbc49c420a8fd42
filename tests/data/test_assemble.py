"""One run's data: no leak between its tasks, targets, budgets, placebos."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from harness.data.assemble import assemble
from harness.data.splits import make_splits
from harness.data.types import DatasetRows
from harness.errors import DataError
from harness.records import Task
from tests.data.helpers import Columns

N = 90
ABC = Task(name="abc", kind="multiclass", classes=("a", "b", "c"))
SPEAKER = Task(name="speaker", kind="multiclass", classes=("s0", "s1", "s2"), group="file")
LEVEL = Task(name="level", kind="regression")


def columns(**kwargs):
    defaults = {
        "tasks": (ABC, SPEAKER, LEVEL),
        "labels": {
            "abc": list("abc" * (N // 3)),
            "speaker": [f"s{i // 30}" for i in range(N)],
            "level": [None if i % 5 == 0 else float(i) for i in range(N)],
        },
        "group": [f"g{i // 5}" for i in range(N)],
        "groups": {"file": [f"f{i}" for i in range(N)]},
    }
    return Columns(**(defaults | kwargs))


def rows(name="data"):
    ids = tuple(f"c{i}" for i in range(N))
    return DatasetRows(
        name=name,
        features=np.zeros((N, 1, 2, 3), "float32"),
        first=np.arange(N),
        count=np.ones(N, int),
        clip_ids=ids,
    )


def run(catalogs, tasks, *, fold=0, schemes=None, **kwargs):
    catalogs = {catalog.name: catalog for catalog in catalogs}
    banks = {name: rows() for name in catalogs}
    options = {"fold": fold, "schemes": schemes or {}, "folds": 3, "seed": 0, "validation": 0.2}
    return assemble(catalogs, banks, tasks, **options, **kwargs)


def contents(catalogs, part, which):
    catalog = {catalog.name: catalog for catalog in catalogs}[part.name.split("/")[0]]
    return set(catalog.frame["content_hash"][getattr(part, which)])


def assert_no_leak(catalogs, data):
    for a, b in itertools.product(data.tasks, repeat=2):
        assert not contents(catalogs, a, "train") & contents(catalogs, b, "test")
        assert not contents(catalogs, a, "train") & contents(catalogs, b, "validation")
        assert not contents(catalogs, a, "validation") & contents(catalogs, b, "test")


def test_a_single_task_is_its_split():
    catalog = columns().catalog()
    splits = make_splits(catalog, ABC, scheme="generated", folds=3, seed=0, validation=0.2)
    for fold in range(3):
        (part,) = run([catalog], ["data/abc"], fold=fold).tasks
        for which in ("train", "validation", "test"):
            assert np.array_equal(getattr(part, which), getattr(splits[fold], which))
        assert part.own_n == len(splits[fold].train)
        assert part.targets.tolist() == [0, 1, 2] * (N // 3)


@pytest.mark.parametrize("fold", range(3))
def test_tasks_with_different_groups_do_not_leak(fold):
    catalogs = [columns().catalog()]
    alone = {name: run(catalogs, [name], fold=fold).tasks[0] for name in ("data/abc", "data/speaker")}
    data = run(catalogs, list(alone), fold=fold)
    assert_no_leak(catalogs, data)
    assert [part.dataset for part in data.tasks] == [0, 0]
    assert len(data.datasets) == 1
    for part in data.tasks:
        assert np.array_equal(part.test, alone[part.name].test)
        assert part.own_n == alone[part.name].own_n > len(part.train)


@pytest.mark.parametrize("fold", range(3))
def test_two_names_for_one_data_set_do_not_leak(fold):
    catalogs = [columns().catalog(), columns(name="again", split=["train", "train", "test"] * 30).catalog()]
    data = run(catalogs, ["data/abc", "again/speaker"], fold=fold, schemes={"again": "official"})
    assert_no_leak(catalogs, data)
    assert [part.dataset for part in data.tasks] == [0, 1]
    assert [dataset.name for dataset in data.datasets] == ["data", "again"]
    assert data.tasks[0].own_n > len(data.tasks[0].train)


def test_the_same_clip_twice_in_a_data_set_does_not_leak():
    """Clips i and i + 45 have the same audio and are in different groups."""
    catalogs = [columns(content=[f"h{i % 45}" for i in range(N)]).catalog()]
    data = run(catalogs, ["data/abc"])
    assert_no_leak(catalogs, data)
    assert data.tasks[0].own_n > len(data.tasks[0].train)


def test_other_data_sets_are_left_as_they_are():
    other = columns(name="other", content=[f"o{i}" for i in range(N)]).catalog()
    alone = run([other], ["other/abc"]).tasks[0]
    together = run([columns().catalog(), other], ["data/abc", "other/abc"]).tasks[1]
    assert np.array_equal(alone.train, together.train)
    assert np.array_equal(alone.validation, together.validation)


def test_a_fixed_split_is_the_same_in_every_fold():
    catalog = columns(split=["train", "train", "test"] * 30).catalog()
    first, last = (
        run([catalog], ["data/abc"], fold=fold, schemes={"data": "official"}).tasks[0] for fold in (0, 2)
    )
    for which in ("train", "validation", "test"):
        assert np.array_equal(getattr(first, which), getattr(last, which))


def test_missing_labels_are_in_no_part():
    (part,) = run([columns().catalog()], ["data/level"]).tasks
    for which in ("train", "validation", "test"):
        assert np.isfinite(part.targets[getattr(part, which)]).all()
    assert np.isnan(part.targets).sum() == N / 5


def test_a_shuffled_task_keeps_its_labels_their_number_and_its_test_part():
    catalog = columns().catalog()
    plain = run([catalog], ["data/level"]).tasks[0]
    shuffled = run([catalog], ["data/level"], shuffled=["data/level"], shuffle_seed=1).tasks[0]
    seen = np.concatenate([plain.train, plain.validation])
    assert sorted(shuffled.targets[seen]) == sorted(plain.targets[seen])
    assert (shuffled.targets[seen] != plain.targets[seen]).mean() > 0.8
    assert np.array_equal(shuffled.targets[plain.test], plain.targets[plain.test])
    assert np.array_equal(shuffled.train, plain.train)
    assert abs(np.corrcoef(shuffled.targets[seen], plain.targets[seen])[0, 1]) < 0.4


def test_shuffling_is_seeded_and_the_same_in_every_group():
    catalog = columns().catalog()

    def targets(tasks, **kwargs):
        data = run([catalog], tasks, shuffled=["data/level"], **kwargs)
        return next(part.targets for part in data.tasks if part.name == "data/level")

    alone = targets(["data/level"], shuffle_seed=1)
    assert np.array_equal(alone, targets(["data/abc", "data/level"], shuffle_seed=1), equal_nan=True)
    assert not np.array_equal(alone, targets(["data/level"], shuffle_seed=2), equal_nan=True)
    assert not np.array_equal(alone, targets(["data/level"], shuffle_seed=1, fold=1), equal_nan=True)


def test_unknown_names():
    catalog = columns().catalog()
    with pytest.raises(DataError, match="did you mean 'data'"):
        run([catalog], ["dat/abc"])
    with pytest.raises(DataError, match="did you mean 'speaker'"):
        run([catalog], ["data/speakers"])


def test_a_part_that_leaks_empty_is_an_error():
    """Under its second name, the data set tests on all that the first one trains on."""
    catalog = columns().catalog()
    (trained, *_) = make_splits(catalog, ABC, scheme="generated", folds=3, seed=0, validation=0.2)
    again = columns(
        name="again", split=["test" if i in trained.train else "train" for i in range(N)]
    ).catalog()
    with pytest.raises(DataError, match=r"task data/abc, fold 0: its training part is empty"):
        run([catalog, again], ["data/abc", "again/abc"], schemes={"again": "official"})
