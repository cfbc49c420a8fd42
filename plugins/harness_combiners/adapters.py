"""Combiners from TorchJD's scalarizers and aggregators, in a few lines each.

Both adapters hand on only what belongs to tasks that the step has labels of, so that a task that is absent
from a batch changes nothing. TorchJD's modules become submodules: what they learn joins the optimizer and
their tensors are in ``state_dict()``. A method that needs one entry for every task at every step derives from
the harness's own :class:`~harness.api.Scalarizer` or :class:`~harness.api.Aggregator` instead (see
``uncertainty`` and ``dwa``).
"""

from __future__ import annotations

from torch import Tensor
from torchjd import aggregation, scalarization

from harness.api import Aggregator, Scalarizer, StepContext, present_only


class TorchJDScalarizer(Scalarizer):
    """A scalarizer of TorchJD, for any number of values, on the losses of the present tasks."""

    def __init__(self, method: scalarization.Scalarizer) -> None:
        super().__init__()
        self.method = method

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        loss: Tensor = self.method(present_only(losses, context))
        return loss


class TorchJDAggregator(Aggregator):
    """An aggregator of TorchJD on the gradients of the present tasks."""

    def __init__(self, method: aggregation.Aggregator) -> None:
        super().__init__()
        self.method = method

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        gradient: Tensor = self.method(present_only(gradients, context))
        return gradient
