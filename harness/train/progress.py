"""How far a task of a run is: its own steps, the curves, the epoch chosen so far, whether its rule has
stopped it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from harness.bases.loss import Loss
from harness.bases.metric import Metric
from harness.bases.stopping import StoppingRule
from harness.data.types import TaskPart
from harness.train.average import Average
from harness.train.budgets import Budget
from harness.train.evaluate import Predictions

ModelState = dict[str, Tensor]


@dataclass
class Best:
    """The epoch chosen so far: its number (from 1), its step, its validation score, and the whole model's
    state.
    """

    epoch: int
    step: int
    score: float
    state: ModelState


class TaskProgress:
    """One task of a run. Everything here follows the same rules alone and in a group.

    A task is done when its rule has stopped it or its budget is spent. Its data may still be drawn while
    other tasks go on, but neither curves nor the choice of the epoch look at it any more.
    """

    def __init__(
        self,
        part: TaskPart,
        budget: Budget,
        rule: StoppingRule,
        criterion: Loss,
        metric: Metric,
        sign: float,
        fixed_epoch: int | None = None,
    ) -> None:
        self.part, self.budget, self.rule = part, budget, rule
        self.criterion, self.metric, self.sign = criterion, metric, sign
        self.fixed_epoch = fixed_epoch
        self.n_classes = len(part.task.classes) if part.task.classes is not None else None
        self.own_steps = 0
        self.stop_step: int | None = None
        self.best: Best | None = None
        self.average = Average()
        self._losses: list[Tensor] = []
        self._logits: list[Tensor] = []
        self._targets: list[Tensor] = []

    @property
    def done(self) -> bool:
        """Whether the rule has stopped the task, or its budget is spent."""
        return self.stop_step is not None

    @property
    def epoch(self) -> float:
        """Epochs of the task's own data seen so far."""
        return self.own_steps / self.budget.steps_per_epoch

    @property
    def is_due(self) -> bool:
        """Whether the curves have a point after the task's latest step; a fixed epoch's end is the only one."""
        if self.fixed_epoch is not None and self.own_steps != self.fixed_epoch * self.budget.steps_per_epoch:
            return False
        return not self.done and self.budget.is_point(self.own_steps)

    def record(self, loss: Tensor, logits: Tensor, targets: Tensor) -> None:
        """See a step with the task's data: its loss, a scalar, and its part of the batch; nothing waits for
        the device.
        """
        self.own_steps += 1
        if not self.done:
            self._losses.append(loss)
            self._logits.append(logits.detach())
            self._targets.append(targets)

    @property
    def joins_average(self) -> bool:
        """Whether the state after the task's latest step is one of those that are averaged."""
        if self.rule.averaged == 1 or self.done or not self.budget.ends_epoch(self.own_steps):
            return False
        last = self.fixed_epoch if self.fixed_epoch is not None else self.budget.epochs
        return self.own_steps // self.budget.steps_per_epoch > last - self.rule.averaged

    def take(self, state: ModelState) -> None:
        """Take a state as that of the epoch chosen just now; or the average, once there is one."""
        self.chosen().state = dict(self.average.state) if self.average.n else state

    def training_point(self) -> tuple[float, float]:
        """Return mean loss and primary metric of the training batches since the last point; forget them."""
        loss = float(torch.stack(self._losses).mean())
        probabilities = self.criterion.probabilities(torch.cat(self._logits))
        decisions = self.criterion.decide(probabilities).cpu().numpy()
        targets = torch.cat(self._targets).cpu().numpy()
        self._losses, self._logits, self._targets = [], [], []
        return loss, float(self.metric(targets, decisions, probabilities.cpu().numpy(), self.n_classes))

    def validation_score(self, predictions: Predictions) -> float:
        """Return the primary metric, in its own direction."""
        return predictions.measure(self.metric, self.n_classes)

    def end_epoch(self, score: float, step: int) -> bool:
        """See the validation score of an epoch; return whether it is the one to take so far, so that its state must
        be kept: the best one, or the last where the rule takes that.

        The first of equal scores is kept. A score that is not defined counts as the worst. Where the epoch is fixed,
        it is taken as it is, and the task stops there.
        """
        oriented = self._oriented(score)
        number = self.own_steps // self.budget.steps_per_epoch
        better = self._is_better(oriented, number)
        if better:
            self.best = Best(epoch=number, step=step, score=score, state={})
        stops = better if self.fixed_epoch is not None else self.rule.update(oriented)
        if stops or self.own_steps >= self.budget.steps:
            self.stop_step = step
        return better

    def _is_better(self, oriented: float, number: int) -> bool:
        if self.fixed_epoch is not None:
            return number == self.fixed_epoch
        if self.rule.takes_last:
            return True
        return self.best is None or oriented > self._oriented(self.best.score)

    def chosen(self) -> Best:
        """Return the chosen epoch; at least one epoch has ended when this is asked."""
        assert self.best is not None, "a task's budget holds at least one epoch"
        return self.best

    def curve_rows(
        self, step: int, split: str, loss: float, score: float, metric: str
    ) -> list[dict[str, Any]]:
        """Return the rows of the table ``curves`` for one point."""
        keys = {"task": self.part.name, "split": split, "step": step, "epoch": self.epoch}
        return [keys | {"metric": "loss", "value": loss}, keys | {"metric": metric, "value": score}]

    def selection_row(self) -> dict[str, Any]:
        """Return the row of the table ``selections``."""
        return {
            "task": self.part.name,
            "best_epoch": self.chosen().epoch,
            "best_step": self.chosen().step,
            "budget_steps": self.budget.steps,
            "stop_step": self.stop_step,
            "n_train": len(self.part.train),
            "n_validation": len(self.part.validation),
            "n_test": len(self.part.test),
        }

    def state(self) -> dict[str, Any]:
        """Return everything that changes, as plain values and tensors."""
        return {
            "own_steps": self.own_steps,
            "stop_step": self.stop_step,
            "best": vars(self.best) if self.best is not None else None,
            "rule": self.rule.state_dict(),
            "average": self.average.to_state(),
            "recent": {"losses": self._losses, "logits": self._logits, "targets": self._targets},
        }

    def restore(self, state: dict[str, Any], device: torch.device) -> None:
        """Continue from what :meth:`state` gave."""
        self.own_steps, self.stop_step = state["own_steps"], state["stop_step"]
        best = state["best"]
        if best is not None:
            kept = {name: tensor.to(device) for name, tensor in best["state"].items()}
            self.best = Best(**(best | {"state": kept}))
        self.rule.load_state_dict(state["rule"])
        self.average = Average.from_state(state["average"], device)
        recent = {
            name: [tensor.to(device) for tensor in tensors] for name, tensors in state["recent"].items()
        }
        self._losses, self._logits, self._targets = recent["losses"], recent["logits"], recent["targets"]

    def _oriented(self, score: float) -> float:
        return -math.inf if math.isnan(score) else self.sign * score
