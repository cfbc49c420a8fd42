"""Splits: groups kept apart, strata kept in proportion, and nothing that depends on what a study names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from harness.data.catalog import prepare_catalog
from harness.data.splits import check_task, group_disjoint, make_splits
from harness.errors import DataError
from harness.records import Task
from tests.data.helpers import Columns, ListDataset, corpus, multiclass, registered, tone_clips

ABC = Task(name="abc", kind="multiclass", classes=("a", "b", "c"))
LEVEL = Task(name="level", kind="regression")
TAGS = Task(name="tags", kind="multilabel", classes=("x", "y"))


def split(catalog, task=ABC, *, scheme="generated", folds=3, seed=0, validation=0.2):
    return make_splits(catalog, task, scheme=scheme, folds=folds, seed=seed, validation=validation)


def same(first, second):
    return all(
        np.array_equal(getattr(a, part), getattr(b, part))
        for a, b in zip(first, second, strict=True)
        for part in ("train", "validation", "test")
    )


def random_columns(seed, *, grouped=True, **kwargs):
    """Clips of random size, class shares and group sizes; every class in enough groups."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(60, 300))
    groups = [f"g{g}" for g in rng.integers(0, rng.integers(15, 40), n)] if grouped else None
    labels = [str(v) for v in rng.choice(["a", "b", "c"], n, p=rng.dirichlet([8, 8, 8]))]
    return Columns((ABC,), {"abc": labels}, group=groups, **kwargs)


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("seed", range(25))
def test_every_clip_is_tested_once_and_no_group_is_on_two_sides(seed, grouped):
    columns = random_columns(seed, grouped=grouped)
    catalog = columns.catalog()
    splits = split(catalog, seed=seed, folds=2 + seed % 4)
    assert sorted(np.concatenate([s.test for s in splits])) == list(range(len(catalog.frame)))
    for s in splits:
        assert sorted(np.concatenate([s.train, s.validation, s.test])) == list(range(len(catalog.frame)))
        if grouped:
            groups = np.array(columns.group)
            assert not set(groups[s.train]) & set(groups[s.test])
            assert not set(groups[s.train]) & set(groups[s.validation])
            assert not set(groups[s.validation]) & set(groups[s.test])
    assert group_disjoint(catalog, ABC, splits)


@pytest.mark.parametrize("seed", range(10))
def test_strata_and_sizes_are_kept(seed):
    """One clip a group: every part has every class in proportion, to within two clips."""
    labels = np.array(list("aaaaaabbbc") * 15)[np.random.default_rng(seed).permutation(150)]
    for group in (None, [f"g{i}" for i in range(150)]):
        catalog = Columns((ABC,), {"abc": list(labels)}, group=group).catalog()
        for s in split(catalog, seed=seed, folds=5, validation=0.25):
            assert (len(s.test), len(s.validation), len(s.train)) == (30, 30, 90)
            for part in (s.test, s.validation):
                for name, share in (("a", 0.6), ("b", 0.3), ("c", 0.1)):
                    assert abs((labels[part] == name).sum() - share * len(part)) <= 2


def test_a_split_follows_the_study_seed_and_the_data_alone():
    catalog = random_columns(0).catalog()
    assert same(split(catalog), split(random_columns(0).catalog()))
    assert same(split(catalog), split(random_columns(0, name="another name").catalog()))
    assert not same(split(catalog), split(catalog, seed=1))
    other_audio = random_columns(0, content=[f"h{i}" for i in range(len(catalog.frame))]).catalog()
    assert not same(split(catalog), split(other_audio))


def test_a_second_task_of_the_data_set_changes_nothing_and_shares_the_split():
    columns = random_columns(3)
    alone = split(columns.catalog())
    n = len(columns.labels["abc"])
    both = replace(
        columns, tasks=(ABC, LEVEL), labels=columns.labels | {"level": [float(i) for i in range(n)]}
    ).catalog()
    assert same(alone, split(both))
    assert same(alone, split(both, LEVEL))


def test_unlabelled_clips_are_left_out_after_the_split():
    columns = random_columns(4)
    n = len(columns.labels["abc"])
    level = [None if i % 3 else 1.0 * i for i in range(n)]
    catalog = replace(columns, tasks=(ABC, LEVEL), labels=columns.labels | {"level": level}).catalog()
    for whole, part in zip(split(catalog), split(catalog, LEVEL)):
        assert part.test.tolist() == [i for i in whole.test if i % 3 == 0]
        assert part.train.tolist() == [i for i in whole.train if i % 3 == 0]


def test_a_task_may_name_another_group_column():
    n = 90
    speaker = Task(name="speaker", kind="multiclass", classes=("s0", "s1", "s2"), group="file")
    columns = Columns(
        (ABC, speaker),
        {"abc": list("abc" * 30), "speaker": [f"s{i // 30}" for i in range(n)]},
        group=[f"s{i // 30}" for i in range(n)],
        groups={"file": [f"f{i // 2}" for i in range(n)]},
    )
    catalog = columns.catalog()
    splits = split(catalog, speaker)
    assert group_disjoint(catalog, speaker, splits)
    assert not group_disjoint(catalog, ABC, splits)
    for s in splits:
        assert set(catalog.frame["label:speaker"][s.train]) == {"s0", "s1", "s2"}
    with pytest.raises(DataError, match=r"data/speaker: class 's0' is in 1 group.*another group column"):
        split(catalog, replace(speaker, group=None))


def test_clips_without_a_group_are_groups_of_their_own():
    columns = random_columns(5)
    columns.group[:20] = [None] * 20
    catalog = columns.catalog()
    splits = split(catalog)
    assert group_disjoint(catalog, ABC, splits)
    assert len({np.flatnonzero([i in s.test for s in splits])[0] for i in range(20)}) > 1


def test_regression_is_stratified_by_quantiles():
    values = np.random.default_rng(0).standard_exponential(300)
    catalog = Columns((LEVEL,), {"level": list(values)}).catalog()
    for s in split(catalog, LEVEL, folds=3):
        np.testing.assert_allclose(
            np.quantile(values[s.test], [0.2, 0.5, 0.8]), np.quantile(values, [0.2, 0.5, 0.8]), rtol=0.25
        )
    assert split(Columns((LEVEL,), {"level": [1.0] * 30}).catalog(), LEVEL)


def test_multilabel_is_stratified_by_the_rarest_class():
    labels = [[["x"], ["x", "y"], [], None][(i % 10 > 3) + (i % 10 > 6) + (i % 10 > 8)] for i in range(100)]
    catalog = Columns((TAGS,), {"tags": labels}).catalog()
    for s in split(catalog, TAGS, folds=5):
        assert sum("y" in labels[i] for i in s.test) == pytest.approx(6, abs=1)
        assert all(labels[i] is not None for i in s.test)


@pytest.mark.parametrize("seed", range(20))
def test_the_training_part_of_every_fold_has_every_class(seed):
    columns = random_columns(seed)
    labels = np.array(columns.labels["abc"])
    for s in split(columns.catalog(), seed=seed, folds=3):
        assert set(labels[s.train]) == set(labels[s.test]) == set(labels[s.validation]) == {"a", "b", "c"}


def test_a_rare_class_of_another_task_does_not_disturb(recwarn):
    columns = Columns((ABC, LEVEL), {"abc": ["a"] * 40 + ["b"], "level": [float(i) for i in range(41)]})
    assert len(split(columns.catalog(), LEVEL, folds=5)) == 5
    assert not recwarn.list


OFFICIAL = {"abc": list("abc" * 20)}


def test_official_folds_are_tested_in_order_and_only_as_many_as_asked():
    fold = [str((i // 3) % 10 + 1) for i in range(60)]
    catalog = Columns((ABC,), OFFICIAL, fold=fold, group=[f"g{i // 3}" for i in range(60)]).catalog()
    splits = split(catalog, scheme="official", folds=3)
    assert [sorted({fold[i] for i in s.test}) for s in splits] == [["1"], ["2"], ["3"]]
    last = split(catalog, scheme="official", folds=10)[9]
    assert {fold[i] for i in last.test} == {"10"}
    for s in splits:
        assert sorted(np.concatenate([s.train, s.validation, s.test])) == list(range(60))
    assert group_disjoint(catalog, ABC, splits)


def test_a_fixed_split_with_and_without_a_validation_part():
    parts = ["train", "train", "validation", "test"] * 15
    catalog = Columns((ABC,), OFFICIAL, split=parts).catalog()
    (only,) = split(catalog, scheme="official", folds=5)
    assert [parts[i] for i in only.validation] == ["validation"] * 15
    assert [parts[i] for i in only.test] == ["test"] * 15
    no_validation = ["train" if part == "validation" else part for part in parts]
    groups = [f"{no_validation[i]}{i // 8}" for i in range(60)]
    catalog = Columns((ABC,), OFFICIAL, split=no_validation, group=groups).catalog()
    (only,) = split(catalog, scheme="official", folds=5)
    assert len(only.train) + len(only.validation) == 45
    assert group_disjoint(catalog, ABC, (only,))


def test_an_official_split_that_shares_groups_is_validated_so_too():
    parts = ["train", "train", "train", "test"] * 15
    catalog = Columns((ABC,), OFFICIAL, split=parts, group=[f"g{i // 10}" for i in range(60)]).catalog()
    (only,) = split(catalog, scheme="official")
    groups = catalog.frame["group"].to_numpy()
    assert set(groups[only.validation]) <= set(groups[only.train])
    assert len(only.validation) == 9
    assert not group_disjoint(catalog, ABC, (only,))


def refused(columns, task=ABC, **kwargs):
    with pytest.raises(DataError) as caught:
        check_task(columns.catalog(), task, **({"scheme": "generated", "folds": 3} | kwargs))
    message = str(caught.value)
    assert message.startswith(f"task data/{task.name}: ")
    return message


def test_what_generated_splits_need():
    assert "is empty" in refused(Columns((ABC,), {"abc": []}))
    assert "none of the 9 clips has a label" in refused(Columns((ABC,), {"abc": [None] * 9}))
    assert "class 'c' has 2 usable clips, but needs 3" in refused(Columns((ABC,), {"abc": list("aaabbbcc")}))
    few = Columns((ABC,), {"abc": list("abc") * 4}, group=["g0", "g1"] * 6)
    assert "2 distinct values of its group" in refused(few)
    assert "need 3" in refused(few, folds=2)
    one = Columns(
        (ABC,), {"abc": list("ab") * 4 + ["c"] * 3}, group=[f"g{i // 2}" for i in range(8)] + ["g9"] * 3
    )
    assert "class 'c' is in 1 group(s)" in refused(one)
    assert "at least 2" in refused(few, folds=1)
    assert "2 labelled clips" in refused(Columns((LEVEL,), {"level": [1.0, 2.0, None]}), LEVEL)
    assert "class 'y' has 1 usable" in refused(
        Columns((TAGS,), {"tags": [["x"], ["x"], ["x", "y"], None]}), TAGS
    )
    assert "did you mean 'official'" in refused(few, scheme="oficial")


def test_what_official_splits_need():
    assert "use splits: generated" in refused(Columns((ABC,), OFFICIAL), scheme="official")
    folds = Columns((ABC,), OFFICIAL, fold=[str(i % 4) for i in range(60)])
    assert "has 4 official folds (0, 1, 2, 3)" in refused(folds, scheme="official", folds=5)
    partly = Columns((ABC,), OFFICIAL, fold=[None, *(str(i % 4) for i in range(59))])
    assert "first: clip c0" in refused(partly, scheme="official")
    train = Columns((ABC,), OFFICIAL, split=["train"] * 60)
    assert "no labelled clips in its test part" in refused(train, scheme="official")
    absent = Columns((ABC,), {"abc": list("ab") * 30}, split=["train", "train", "test"] * 20)
    assert "class 'c' has 0 usable clips" in refused(absent, scheme="official")


def test_labels_in_too_few_groups_leave_a_part_empty():
    level = [1.0 if i < 20 else None for i in range(60)]
    catalog = Columns(
        (ABC, LEVEL),
        OFFICIAL | {"level": level},
        group=[f"g{i // 20}" if i < 40 else f"h{i}" for i in range(60)],
    )
    with pytest.raises(DataError, match="1 distinct values"):
        split(catalog.catalog(), LEVEL)


def real(dataset, column, **kwargs):
    """A real corpus without its audio: files stand for content."""
    task = multiclass(dataset, column, **kwargs)
    clips = list(corpus(dataset, task).clips())
    columns = Columns(
        (task,), {column: [clip.labels[column] for clip in clips]}, content=[clip.id for clip in clips]
    )
    columns.group, columns.fold, columns.split = zip(*((clip.group, clip.fold, clip.split) for clip in clips))
    columns.groups["file"] = [clip.id for clip in clips]
    return columns.catalog(), task


def test_official_folds_of_esc10_keep_recordings_apart():
    catalog, sound = real("esc10", "sound")
    splits = split(catalog, sound, scheme="official", folds=5)
    assert len(splits) == 5
    assert group_disjoint(catalog, sound, splits)


def test_the_official_split_of_fsdd_shares_its_speakers_and_generated_ones_do_not():
    catalog, digit = real("fsdd", "digit")
    (official,) = split(catalog, digit, scheme="official")
    assert len(official.test) == 300
    assert not group_disjoint(catalog, digit, (official,))
    assert set(catalog.frame["group"][official.train]) == set(catalog.frame["group"])
    assert group_disjoint(catalog, digit, split(catalog, digit, folds=3))


@pytest.mark.parametrize(
    ("dataset", "column"), [("instruments", "family"), ("drums", "piece"), ("cough_covid", "covid19")]
)
def test_generated_splits_of_real_corpora_train_and_test_every_class(dataset, column):
    catalog, task = real(dataset, column)
    splits = split(catalog, task, folds=3)
    assert group_disjoint(catalog, task, splits)
    for s in splits:
        for part in (s.train, s.test):
            assert set(catalog.frame[f"label:{column}"][part]) == set(task.classes)


def test_a_speaker_task_on_real_speech_names_the_file_as_its_group():
    catalog, speaker = real("fsdd", "speaker", group="file")
    for s in split(catalog, speaker):
        assert set(catalog.frame["label:speaker"][s.train]) == set(speaker.classes)


def test_two_names_for_one_prepared_data_set_have_one_split(options):
    from tests.data.helpers import LETTER

    dataset = ListDataset(tone_clips(40), (LETTER,))
    one, two = (
        prepare_catalog(name, registered(dataset), {}, root=None, options=options) for name in ("one", "two")
    )
    assert same(split(one, LETTER), split(two, LETTER))
