"""Task groups and folds."""

import pytest

SMALL = "study: small\ntasks: [tones/pitch, words/digit, words/voice]\n"


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ("{sizes: [1, 4]}", "groups.sizes.1: found 4, expected at most 3, the number of tasks"),
        ("{sizes: [0]}", "groups.sizes.0: found 0, expected at least 1"),
        ("{sizes: [2, 2]}", "groups.sizes.1: size 2 is listed twice"),
        ("{include: [[words/digit, words/x]]}", "groups.include.0.1: found 'words/x'"),
        ("{exclude: [[words/digt]]}", "groups.exclude.0.0: found 'words/digt' (did you mean 'words/digit'?)"),
        ("{include: [[words/digit, words/digit]]}", "task 'words/digit' is in this group twice"),
        (
            "{include: [[words/digit, words/voice], [words/voice, words/digit]]}",
            "groups.include.1: group words/digit + words/voice is listed twice",
        ),
        (
            "{include: [[words/digit, words/voice]], exclude: [[words/voice, words/digit]]}",
            "groups.include.0: group words/digit + words/voice is excluded as well",
        ),
        ("{auxiliary: [words/digt]}", "groups.auxiliary.0: found 'words/digt' (did you mean 'words/digit'?)"),
        ("{auxiliary: [words/digit, words/digit]}", "task 'words/digit' is in this group twice"),
        ("{include: [[]]}", "groups.include.0: found an empty list, expected at least 1 entries"),
        ("{include: [words/digit]}", 'groups.include.0: found "words/digit", expected a list'),
        ("{placebo: all}", "unknown key 'placebo'"),
    ],
)
def test_wrong_groups(mistakes, groups, message):
    (found,) = mistakes(SMALL + f"groups: {groups}\n")
    assert message in found
    assert found.startswith("3:")


def test_default_sizes_fit_one_task(load):
    assert load("study: one\ntasks: [words/digit]\n").groups.sizes == (1,)


def test_groups_are_not_compared_with_tasks_that_could_not_be_read(mistakes):
    (found,) = mistakes(
        "study: x\ntasks: [words/digit, 5]\ngroups: {sizes: [2], include: [[words/digit, tones/pitch]]}\n"
    )
    assert found.startswith("2:22: tasks.1: found 5, expected text")


def test_placebo(load, mistakes):
    assert load(SMALL + "placebo: {shuffled_partner: all}\n").placebo.shuffled_partner == "all"
    (found,) = mistakes(SMALL + "placebo: {shuffled_partner: some}\n")
    assert "expected one of: per_main, all, none" in found


def test_one_fold_needs_official_splits(load, mistakes):
    text = "study: x\ntasks: [t/pitch]\nevaluation: {folds: 1}\n"
    text += "datasets: [{as: t, use: tones, splits: official}]\n"
    assert load(text).evaluation.folds == 1
    (found,) = mistakes(text.replace("official", "generated"))
    assert found == "3:21: evaluation.folds: found 1, expected at least 2 for generated splits (t)"
