from typing import ClassVar

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch import nn

from harness.testing import CombinerContract, PlainStep, linear_problem
from tests.plugins.harness_combiners.records import RECORDS

RECORD = RECORDS["dwa"]
JACOBIAN = torch.eye(3)  # the gradient is then the vector of weights


class TestDWA(CombinerContract):
    record = RECORD


class TestDWAHot(CombinerContract):
    record = RECORD
    parameters: ClassVar = {"temperature": 0.1}


def weights_of(epochs, present=None, temperature=2.0):
    """Return the weights of every step, ``[steps, tasks]``, from the losses of each of ``epochs``."""
    combiner = RECORD.build(RECORD.parameters(temperature=temperature), ("a/a", "b/b", "c/c"))
    found = []
    for number, epoch in enumerate(epochs):
        for k, losses in enumerate(epoch):
            here = None if present is None else present[number][k]
            problem = linear_problem(JACOBIAN, list(losses))
            theta = nn.Parameter(problem.start.clone())
            ends = k == len(epoch) - 1
            combiner.step(
                PlainStep(problem, theta, torch.optim.SGD([theta], lr=0.0), present=here, ends_epoch=ends)
            )
            found.append(theta.grad.numpy())
    return np.array(found)


def by_formula(averages, temperature):
    """Liu et al. 2019, eq. 7, from the average losses of the epochs before."""
    if len(averages) < 2:
        return np.ones(3)
    ratio = averages[-1] / averages[-2]
    return 3 * np.exp(ratio / temperature) / np.exp(ratio / temperature).sum()


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_weights_follow_the_formula_over_four_epochs(temperature):
    epochs = np.random.default_rng(0).uniform(0.1, 2.0, (4, 5, 3))
    expected = [by_formula(epochs[:e].mean(axis=1), temperature) for e in range(4) for _ in range(5)]
    np.testing.assert_allclose(weights_of(epochs, temperature=temperature), expected, rtol=1e-5)


def test_only_steps_with_its_labels_count_to_a_tasks_average():
    epochs = np.random.default_rng(1).uniform(0.1, 2.0, (4, 6, 3))
    present = np.array([[[k % 3 == t for t in range(3)] for k in range(6)]] * 4)  # the schedule "alternate"
    averages = (epochs * present).sum(axis=1) / present.sum(axis=1)
    expected = [by_formula(averages[:e], 2.0) * present[e, k] for e in range(4) for k in range(6)]
    np.testing.assert_allclose(weights_of(epochs, present.tolist()), expected, rtol=1e-5)


def test_task_absent_from_a_whole_epoch_has_ratio_one_then():
    epochs = np.array([[[1.0, 1.0, 1.0]], [[0.5, 9.0, 2.0]], [[1.0, 1.0, 1.0]]])
    present = [[[True] * 3], [[True, False, True]], [[True] * 3]]
    ratio = np.array([0.5, 1.0, 2.0])
    expected = 3 * np.exp(ratio / 2) / np.exp(ratio / 2).sum()
    np.testing.assert_allclose(weights_of(epochs, present)[-1], expected, rtol=1e-5)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("inf")])
def test_temperature_is_positive(temperature):
    with pytest.raises(ValidationError):
        RECORD.parameters(temperature=temperature)
