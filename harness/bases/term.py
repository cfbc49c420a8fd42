"""Extra terms of the objective: they see more of the network than a task's logits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from harness.bases.outputs import ModelOutputs
from harness.records import Parameters, Task


@dataclass(frozen=True)
class TermInput:
    """What a term sees of one task in one step.

    ``name`` is the task's name in the study (``dataset/task``), by which ``outputs`` have its logits; ``outputs`` are
    those of the task's own samples, ``targets`` as :class:`harness.api.Loss` has them; ``mixing`` holds
    the other samples' targets and the weights ``[batch]`` of the own ones where samples were mixed. ``loss(logits) ->
    [batch]`` is the task's own loss of other logits, mixed alike.
    """

    name: str
    task: Task
    outputs: ModelOutputs
    targets: Tensor
    mixing: tuple[Tensor, Tensor] | None
    loss: Callable[[Tensor], Tensor]


class Term(nn.Module):
    """Base of the terms: built once a training as ``factory(parameters)``, without a state of its own.

    What it gives is added to each task's loss in training, before the combiner sees it. The validation loss, by which
    curves are drawn, is the task's loss alone.
    """

    def __init__(self, parameters: Parameters) -> None:
        super().__init__()
        self.parameters_of = parameters

    def forward(self, seen: TermInput) -> Tensor:
        """Return a value a sample, ``[batch]``, or one for all, a scalar. Its mean joins the task's loss."""
        raise NotImplementedError
