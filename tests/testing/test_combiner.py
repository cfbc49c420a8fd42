"""The combiner contract lets a sound combiner through and catches each way to break the promise."""

import pytest
import torch

from harness.api import CombinerRecord, Scalarizer
from harness.testing import CombinerContract


class Sum(Scalarizer):
    def __init__(self, parameters, tasks):
        super().__init__()

    def scalarize(self, losses, context):
        return losses.sum()


def contract(combiner):
    """Return the contract, an instance, for a combiner class."""

    class Contract(CombinerContract):
        record = CombinerRecord(name="under_test", factory=combiner, summary="for tests")

    return Contract()


class TestSum(CombinerContract):
    record = contract(Sum).record


class Twice(Sum):
    def step(self, context):
        super().step(context)
        context.update()


class FirstCountsMore(Sum):
    def scalarize(self, losses, context):
        return losses.sum() + losses[0]


class Squared(Sum):
    def scalarize(self, losses, context):
        return losses.square().sum() / 2


class ByInverseLoss(Sum):
    """Divides by a gradient's length, which can be zero."""

    def step(self, context):
        gradients = context.gradients()
        context.set_gradient((gradients / gradients.norm(dim=1, keepdim=True)).sum(0))
        context.update()


class MeanOfAll(Sum):
    """Counts absent tasks."""

    def scalarize(self, losses, context):
        return losses.mean()


class Forgetful(Sum):
    """Has a state that is not in ``state_dict()``."""

    def __init__(self, parameters, tasks):
        super().__init__(parameters, tasks)
        self.steps = 0

    def scalarize(self, losses, context):
        self.steps += 1
        return losses.sum() / self.steps


class Unportable(Sum):
    """Keeps something that a checkpoint cannot hold."""

    def get_extra_state(self):
        return {1, 2}

    def set_extra_state(self, state):
        pass


class GlobalDice(Sum):
    def scalarize(self, losses, context):
        return losses @ torch.rand(len(losses))


@pytest.mark.parametrize(
    ("combiner", "test", "arguments"),
    [
        (Twice, "test_makes_one_update_a_step", ()),
        (FirstCountsMore, "test_equal_tasks_without_conflict_are_summed", ()),
        (FirstCountsMore, "test_order_of_tasks_does_not_matter", ()),
        (Squared, "test_scales_with_the_losses", ()),
        (ByInverseLoss, "test_gradient_is_finite", ("a task without gradient",)),
        (MeanOfAll, "test_absent_task_changes_nothing", ()),
        (MeanOfAll, "test_one_present_task_is_trained_plainly", ()),
        (Forgetful, "test_restored_training_continues_as_an_uninterrupted_one", (6,)),
        (Unportable, "test_restored_training_continues_as_an_uninterrupted_one", (6,)),
        (GlobalDice, "test_restored_training_continues_as_an_uninterrupted_one", (6,)),
        (GlobalDice, "test_global_random_numbers_are_left_alone", ()),
    ],
)
def test_broken_combiner_is_caught(combiner, test, arguments):
    with pytest.raises((AssertionError, TypeError)):
        getattr(contract(combiner), test)(*arguments)
