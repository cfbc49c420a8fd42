"""What every combiner must do."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from harness.bases.combiner import Combiner
from harness.records import CombinerRecord, Parameters
from harness.testing.component import ComponentContract
from harness.testing.stacked import StackedTraining, stacked_form
from harness.testing.steps import (
    PlainStep,
    PlainTraining,
    Problem,
    first_gradient,
    linear_problem,
    quadratic_problem,
)

#: Trainings of the population in which a stacked form is tested.
MEMBERS = 3
HARD = {
    "a task without gradient": [[1.0, 0.0, 2.0], [0.0, 0.0, 0.0]],
    "equal gradients": [[1.0, -1.0, 2.0], [1.0, -1.0, 2.0]],
    "opposed gradients": [[1.0, 2.0, 3.0], [-1.0, -2.0, -3.0]],
    "very different sizes": [[1e6, -1e6, 0.0], [-1e-6, 0.0, 1e-6]],
    "all zero": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
}


class CombinerContract(ComponentContract):
    """A combiner makes one update a step, treats tasks alike, and continues where it was."""

    record: ClassVar[CombinerRecord]
    #: The first step's gradient is this multiple of the sum of the tasks' gradients where these do not
    #: conflict and the losses are equal; ``None`` where the method promises no such thing.
    sum_at_start: ClassVar[float | None] = 1.0
    #: Whether a step scales as the losses do.
    homogeneous: ClassVar[bool] = True
    #: The number of tasks with which the order of tasks must not matter (2 where ties are broken at random).
    permuted_tasks: ClassVar[int] = 3
    #: Parameters in which the members of a population differ, taken in turn.
    members: ClassVar[Sequence[Mapping[str, Any]]] = ({},)
    #: How near the stacked form must be, absolute and relative, in float64 over a few steps.
    stacked_tolerance: ClassVar[float] = 1e-10

    def build(self, tasks: tuple[str, ...]) -> Combiner:
        """Return a fresh combiner for these tasks."""
        torch.manual_seed(0)
        combiner: Combiner = self.record.build(self.settings(), tasks)
        return combiner

    def gradient(self, problem: Problem, present: list[bool] | None = None) -> Tensor:
        """Return the gradient of a fresh combiner's first step, ``[parameters]``."""
        return first_gradient(self.build(problem.tasks), problem, present)

    def test_makes_one_update_a_step(self) -> None:
        problem = linear_problem([[1.0, 0.0], [0.0, 1.0]], [1.0, 1.0])
        combiner, theta = self.build(problem.tasks), nn.Parameter(problem.start.clone())
        context = PlainStep(problem, theta, torch.optim.SGD([theta, *combiner.parameters()], lr=0.1))
        combiner.step(context)
        assert context.updates == 1

    def test_equal_tasks_without_conflict_are_summed(self) -> None:
        if self.sum_at_start is None:
            pytest.skip(f"{self.record.name} does not start as a sum")
        jacobian = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0]])
        gradient = self.gradient(linear_problem(jacobian, [1.0, 1.0, 1.0]))
        assert_close(gradient, self.sum_at_start * jacobian.sum(0))

    def test_order_of_tasks_does_not_matter(self) -> None:
        tasks = tuple(f"data/task_{i}" for i in range(self.permuted_tasks))
        turned = (*tasks[1:], tasks[0])
        for order in (turned, tasks[::-1]):
            one, other = quadratic_problem(tasks), quadratic_problem(order)
            assert_close(self._trajectory(one), self._trajectory(other), rtol=1e-4, atol=1e-6)

    def _trajectory(self, problem: Problem, n: int = 8) -> Tensor:
        """Return the parameters after each of ``n`` steps with all tasks, epochs of two steps."""
        combiner, theta = self.build(problem.tasks), nn.Parameter(problem.start.clone())
        optimizer = torch.optim.SGD([theta, *combiner.parameters()], lr=0.05)
        path = []
        for step in range(n):
            combiner.step(PlainStep(problem, theta, optimizer, step=step, ends_epoch=step % 2 == 1))
            path.append(theta.detach().clone())
        return torch.stack(path)

    def test_scales_with_the_losses(self) -> None:
        if not self.homogeneous:
            pytest.skip(f"{self.record.name} does not scale as the losses do")
        jacobian = torch.tensor([[1.0, 2.0, -1.0], [-2.0, 1.0, 0.5]])
        one = self.gradient(linear_problem(jacobian, [0.5, 2.0]))
        seven = self.gradient(linear_problem(7 * jacobian, [3.5, 14.0]))
        assert_close(seven, 7 * one)

    @pytest.mark.parametrize("case", list(HARD))
    def test_gradient_is_finite(self, case: str) -> None:
        assert torch.isfinite(self.gradient(linear_problem(HARD[case], [1.0, 0.5]))).all()

    def test_absent_task_changes_nothing(self) -> None:
        jacobian = torch.tensor([[1.0, 2.0, -1.0], [-2.0, 1.0, 0.5], [3.0, -3.0, 3.0]])
        pair = self.gradient(linear_problem(jacobian[:2], [0.5, 2.0]))
        triple = self.gradient(linear_problem(jacobian, [0.5, 2.0, 9.0]), [True, True, False])
        assert_close(triple, pair)

    def test_one_present_task_is_trained_plainly(self) -> None:
        jacobian = torch.tensor([[1.0, 2.0, -1.0], [-2.0, 1.0, 0.5]])
        gradient = self.gradient(linear_problem(jacobian, [0.5, 2.0]), [False, True])
        assert_close(nn.functional.normalize(gradient, dim=0), nn.functional.normalize(jacobian[1], dim=0))
        if self.sum_at_start is not None:
            assert_close(gradient, self.sum_at_start * jacobian[1])

    @pytest.mark.parametrize("interrupted_at", [1, 6, 9])
    def test_restored_training_continues_as_an_uninterrupted_one(self, interrupted_at: int) -> None:
        problem = quadratic_problem(("data/a", "data/b", "data/c"))
        whole = PlainTraining(self.build(problem.tasks), problem).run(16)
        before = PlainTraining(self.build(problem.tasks), problem)
        before.run(interrupted_at)
        torch.manual_seed(1)  # whatever state is left outside the combiner must not matter
        after = PlainTraining(self.record.build(self.settings(), problem.tasks), problem)
        after.run(5)
        restore(after, before)
        assert_close(after.run(16 - interrupted_at), whole[interrupted_at:], rtol=0, atol=0)

    def test_global_random_numbers_are_left_alone(self) -> None:
        problem = quadratic_problem(("data/a", "data/b", "data/c"))
        training = PlainTraining(self.build(problem.tasks), problem)
        state = torch.get_rng_state()
        training.run(4)
        assert torch.equal(torch.get_rng_state(), state), (
            "draw from a generator whose state is in state_dict()"
        )

    def test_stacked_form_makes_the_same_updates(self) -> None:
        if self.record.stacked is None:
            pytest.skip(f"{self.record.name} has no stacked form")
        expected = torch.stack([training.run(9) for training in self._trainings()], dim=1)
        trainings = self._trainings()
        settings = [self._settings_of(member) for member in range(MEMBERS)]
        population = StackedTraining(stacked_form(self.record, settings, 3), trainings)
        close = partial(assert_close, rtol=self.stacked_tolerance, atol=self.stacked_tolerance)
        close(population.run(4), expected[:4])
        population.keep([2, 0])
        close(population.run(3), expected[4:7, [2, 0]])
        population.finish()
        last = torch.stack([trainings[member].run(2) for member in (2, 0)], dim=1)
        close(last, expected[7:, [2, 0]])

    def _settings_of(self, member: int) -> Parameters:
        changes = self.members[member % len(self.members)]
        return self.record.parameters(**(dict(self.parameters) | dict(changes)))

    def _trainings(self) -> list[PlainTraining]:
        """Return trainings of different seeds and problems that have come differently far."""
        found = []
        for member in range(MEMBERS):
            torch.manual_seed(member)
            tasks = tuple(f"data/{name}" for name in ("abc", "cab", "bca")[member])
            problem = quadratic_problem(tasks, seed=member, dtype=torch.float64)
            combiner: Combiner = self.record.build(self._settings_of(member), tasks)
            found.append(PlainTraining(combiner.double(), problem))
            if member:
                found[-1].run(3 * member)
        return found


def restore(after: PlainTraining, before: PlainTraining) -> None:
    """Give one training the state of another, as a checkpoint would: tensors and JSON values."""
    after.combiner.load_state_dict(portable(before.combiner.state_dict()))
    after.optimizer.load_state_dict(copy.deepcopy(before.optimizer.state_dict()))
    after.theta.data.copy_(before.theta.data)
    after.steps = before.steps


def portable(state: dict[str, Any]) -> dict[str, Any]:
    """Return a state as a checkpoint keeps it; raise ``TypeError`` for what is neither tensor nor JSON."""
    return {
        name: value.clone() if isinstance(value, Tensor) else json.loads(json.dumps(value))
        for name, value in state.items()
    }
