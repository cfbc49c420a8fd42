"""What each scheme holds out, and what it may learn from."""

import numpy as np
import pytest

from harness.analysis.schemes import SCHEMES, make_scheme, schemes
from tests.analysis.pairs_of_tasks import design


def made(name, n_tasks=6, datasets=None):
    whole = design(n_tasks, 0)
    object.__setattr__(whole, "dataset_of", datasets or {f"d/{i}": f"set{i // 2}" for i in range(n_tasks)})
    return whole, make_scheme(name, whole, seed=0)


@pytest.mark.parametrize("name", SCHEMES)
def test_every_pair_is_tested_once_a_round_and_never_learned_from(name):
    whole, scheme = made(name)
    for folds in scheme.rounds:
        assert sorted(np.concatenate([test for _, test in folds])) == list(range(len(whole.frame)))
        assert all(not set(train) & set(test) for train, test in folds)


def test_no_task_of_a_test_pair_is_learned_from():
    whole, scheme = made("no_shared_task")
    (folds,) = scheme.rounds
    assert len(folds) == 15
    ends = whole.frame[["main", "partner"]].to_numpy()
    for train, test in folds:
        assert len(set(ends[test].ravel())) == 2
        assert not set(ends[train].ravel()) & set(ends[test].ravel())
        assert len(train) == 4 * 3


@pytest.mark.parametrize(("name", "end"), [("leave_main_out", "main"), ("leave_partner_out", "partner")])
def test_one_end_is_left_out(name, end):
    whole, scheme = made(name)
    (folds,) = scheme.rounds
    labels = whole.frame[end].to_numpy()
    for train, test in folds:
        assert len(set(labels[test])) == 1
        assert len(train) == 25
        assert labels[test[0]] not in labels[train]


def test_the_data_set_of_a_main_is_left_out_whole():
    whole, scheme = made("leave_dataset_out")
    (folds,) = scheme.rounds
    of = {task: whole.dataset_of[task] for task in whole.tasks}
    assert len(folds) == 3
    for train, test in folds:
        (held,) = {of[task] for task in whole.frame["main"].iloc[test]}
        ends = whole.frame[["main", "partner"]].iloc[train].to_numpy().ravel()
        assert held not in {of[task] for task in ends}


def test_a_scheme_that_cannot_be_is_left_out():
    whole = design(4, 0)
    assert [scheme.name for scheme in schemes(whole, 0)] == [
        "leave_main_out", "leave_partner_out", "shuffled_pairs"
    ]  # fmt: skip
    object.__setattr__(whole, "dataset_of", {task: "one" for task in whole.tasks})
    assert "leave_dataset_out" not in [scheme.name for scheme in schemes(whole, 0)]


def test_shuffles_differ_and_come_from_the_seed():
    whole = design(6, 0)
    first, again, other = (make_scheme("shuffled_pairs", whole, seed) for seed in (0, 0, 1))
    assert (first.rounds[0][0][1] == again.rounds[0][0][1]).all()
    assert len({tuple(s.rounds[k][0][1]) for s, k in ((first, 0), (first, 1), (other, 0))}) == 3
