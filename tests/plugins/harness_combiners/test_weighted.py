from typing import ClassVar

import pytest
import torch
from pydantic import ValidationError

from harness.testing import CombinerContract, linear_problem
from tests.plugins.harness_combiners.records import RECORDS

RECORD = RECORDS["weighted"]


class TestWeighted(CombinerContract):
    record = RECORD


class TestWeightedUnequally(CombinerContract):
    record = RECORD
    parameters: ClassVar = {"weights": {"data/task_0": 2.0, "data/b": 0.5}}
    sum_at_start = None


def test_gradient_is_the_weighted_sum():
    jacobian = torch.tensor([[1.0, -2.0], [3.0, 5.0]])
    contract = TestWeightedUnequally()
    gradient = contract.gradient(linear_problem(jacobian, [1.0, 1.0]))
    torch.testing.assert_close(gradient, 2 * jacobian[0] + jacobian[1])


def test_unknown_task_is_refused_with_the_study():
    study = {"tasks": ("notes/family", "speech/digit")}
    with pytest.raises(ValidationError, match=r"'notes/famly'.*did you mean 'notes/family'.*speech/digit"):
        RECORD.parameters.model_validate({"weights": {"notes/famly": 2.0}}, context=study)


def test_weights_serve_every_group_of_a_study():
    parameters = RECORD.parameters(weights={"esc10/sound": 2.0, "b/b": 3.0})
    assert RECORD.build(parameters, ("a/a", "b/b")).weights.tolist() == [1.0, 3.0]


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf"), "much"])
def test_weights_are_finite_and_not_negative(weight):
    with pytest.raises(ValidationError):
        RECORD.parameters(weights={"a/a": weight})
