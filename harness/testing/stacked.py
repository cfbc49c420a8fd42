"""A population in plain torch, for tests of stacked combiners: several small trainings as one."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from harness.bases.stacked import StackedAggregator, StackedCombiner, StackedScalarizer, StackedStep
from harness.records import CombinerRecord, Parameters
from harness.testing.steps import PlainTraining
from harness.train.population.optim import stacked_optimizer


def stacked_form(record: CombinerRecord, parameters: Sequence[Parameters], tasks_n: int) -> StackedCombiner:
    """Build what ``record.stacked`` names, in float64."""
    module, _, name = str(record.stacked).partition(":")
    form: StackedCombiner = getattr(importlib.import_module(module), name)(list(parameters), tasks_n)
    return form.double()


class StackedTraining:
    """Continues ``trainings``, which may have come differently far, as one; :meth:`finish` gives their states back."""

    def __init__(self, form: StackedCombiner, trainings: Sequence[PlainTraining]) -> None:
        self.form, self.trainings = form, list(trainings)
        form.gather([training.combiner for training in trainings])
        self.theta = nn.Parameter(torch.stack([training.theta.detach() for training in trainings]))
        self.parameters = [self.theta, *form.parameters()]
        optimizers = [training.optimizer for training in trainings]
        self.optimizer = stacked_optimizer(optimizers, self.parameters, range(len(self.parameters)))
        self.steps = torch.tensor([training.steps for training in trainings])

    def run(self, n: int) -> Tensor:
        """Make ``n`` steps and return the parameters after each, ``[n, M, parameters]``."""
        return torch.stack([self._step() for _ in range(n)])

    def keep(self, members: Sequence[int]) -> None:
        """Go on with these members alone."""
        index = torch.tensor(members)
        self.trainings = [self.trainings[member] for member in members]
        self.form.keep(index)
        self.theta.data, self.steps = self.theta.data[index], self.steps[index]
        self.optimizer.keep(index)

    def finish(self) -> None:
        """Give the trainings what they would have, had they come this far alone."""
        self.form.scatter([training.combiner for training in self.trainings])
        for member, training in enumerate(self.trainings):
            training.optimizer.load_state_dict(self.optimizer.state_of(member))
            training.theta.data.copy_(self.theta.data[member])
            training.steps = int(self.steps[member])

    def _step(self) -> Tensor:
        step = self._described()
        self.form.begin(step)
        for parameter in self.parameters:
            parameter.grad = torch.zeros_like(parameter)
        pairs = zip(self.trainings, self.theta, strict=True)
        losses = torch.stack([training.problem.losses(theta) for training, theta in pairs])
        self._fill(torch.where(step.present, losses, torch.zeros_like(losses)), step)
        self.optimizer.step([None, *self.form.active(step)])
        self.steps += 1
        return self.theta.detach().clone()

    def _fill(self, losses: Tensor, step: StackedStep) -> None:
        if isinstance(self.form, StackedScalarizer):
            self.form.scalarize(losses, step).sum().backward()
            return
        assert isinstance(self.form, StackedAggregator)
        columns = [
            torch.autograd.grad(column.sum(), self.theta, retain_graph=True)[0] for column in losses.unbind(1)
        ]
        jacobian = torch.stack(columns, dim=1)
        weights = self.form.weights(jacobian @ jacobian.mT, step)
        self.theta.grad = (weights.unsqueeze(2) * jacobian).sum(1)

    def _described(self) -> StackedStep:
        described = [
            training.described(int(n)) for training, n in zip(self.trainings, self.steps, strict=True)
        ]
        present, ends = zip(*described, strict=True)
        return StackedStep(torch.tensor(present), self.steps.clone(), torch.tensor(ends))
