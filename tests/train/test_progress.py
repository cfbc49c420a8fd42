import math

import numpy as np
import pytest
import torch

from harness.train.budgets import make_budget
from harness.train.progress import TaskProgress
from harness_training.stopping import Last

from .doubles import Accuracy, CrossEntropy, Parameters, Wait, WaitParameters, part

TASK = part("a/x", 0, 20)


def progress(*, epochs=5, patience=10**9, sign=1.0):
    budget = make_budget(16, batch_size=8, epochs=epochs, curve_points=50)
    rule = Wait(WaitParameters(epochs=patience))
    return TaskProgress(TASK, budget, rule, CrossEntropy(Parameters(), TASK.task), Accuracy(), sign)


def run_epochs(task, scores):
    for score in scores:
        for _ in range(2):
            task.record(torch.tensor(1.0), torch.zeros(4, 3), torch.zeros(4, dtype=torch.int64))
        if not task.done:
            task.end_epoch(score, task.own_steps * 10)
    return task


def test_the_first_of_the_best_epochs_is_chosen():
    task = run_epochs(progress(), [0.1, 0.5, 0.3, 0.5, 0.2])
    assert task.selection_row() == {
        "task": "a/x", "best_epoch": 2, "best_step": 40, "budget_steps": 10, "stop_step": 100,
        "n_train": 12, "n_validation": 4, "n_test": 4,
    }  # fmt: skip


def test_less_is_better_where_the_metric_says_so():
    task = run_epochs(progress(sign=-1.0), [3.0, 1.0, 2.0])
    assert (task.chosen().epoch, task.chosen().score) == (2, 1.0)
    assert task.rule.scores == [-3.0, -1.0, -2.0]  # rules see scores of which more is better


def test_a_score_that_is_not_defined_is_the_worst():
    assert run_epochs(progress(), [math.nan, 0.0]).chosen().epoch == 2
    assert run_epochs(progress(), [0.0, math.nan]).chosen().epoch == 1
    assert run_epochs(progress(sign=-1.0), [math.nan, 9.0, math.nan]).chosen().epoch == 2
    assert run_epochs(progress(), [math.nan, math.nan]).chosen().epoch == 1


def test_what_comes_after_the_stop_does_not_count():
    task = run_epochs(progress(patience=2), [0.1, 0.2, 0.9])
    assert task.done
    assert (task.chosen().epoch, task.stop_step, task.own_steps) == (2, 40, 6)
    assert not task.is_due


def test_a_spent_budget_ends_the_task():
    task = run_epochs(progress(epochs=2), [0.1, 0.2])
    assert (task.done, task.stop_step) == (True, 40)


def test_a_training_point_is_over_the_batches_since_the_last_one():
    task = progress()
    targets = torch.tensor([0, 1])
    for loss, guess in ((1.0, [0, 1]), (2.0, [0, 0])):
        task.record(torch.tensor(loss), torch.eye(3)[guess], targets)
    assert task.training_point() == (1.5, 0.75)
    task.record(torch.tensor(4.0), torch.eye(3)[[1, 0]], targets)
    assert task.training_point() == (4.0, 0.0)
    assert task.epoch == 1.5


def test_a_restored_task_goes_on_where_it_was():
    one, other = progress(patience=3), progress(patience=3)
    run_epochs(one, [0.3, 0.1])
    one.chosen().state = {"w": torch.ones(2)}
    one.record(torch.tensor(0.5), torch.eye(3)[[0]], torch.tensor([0]))
    other.restore(one.state(), torch.device("cpu"))
    assert (other.own_steps, other.chosen().epoch) == (5, 1)
    assert torch.equal(other.chosen().state["w"], torch.ones(2))
    for task in (one, other):
        task.record(torch.tensor(1.5), torch.eye(3)[[1]], torch.tensor([0]))
    assert one.training_point() == other.training_point() != pytest.approx(np.nan)
    for task in (one, other):
        task.end_epoch(0.2, 30)
    assert one.stop_step == other.stop_step == 30


def test_a_rule_may_take_the_last_epoch():
    budget = make_budget(16, batch_size=8, epochs=5, curve_points=50)
    task = TaskProgress(
        TASK, budget, Last(Parameters()), CrossEntropy(Parameters(), TASK.task), Accuracy(), 1.0
    )
    run_epochs(task, [0.1, 0.9, 0.3])
    assert (task.chosen().epoch, task.chosen().score, task.done) == (3, 0.3, False)


def test_a_fixed_epoch_is_taken_whatever_validation_says():
    budget = make_budget(16, batch_size=8, epochs=5, curve_points=50)
    rule = Wait(WaitParameters(epochs=1))
    task = TaskProgress(
        TASK, budget, rule, CrossEntropy(Parameters(), TASK.task), Accuracy(), 1.0, fixed_epoch=3
    )
    run_epochs(task, [0.9, 0.5, 0.1, 0.8])
    assert (task.chosen().epoch, task.chosen().score, task.stop_step) == (3, 0.1, 60)
