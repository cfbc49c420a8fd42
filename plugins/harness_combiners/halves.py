"""What combiners estimate from two independent halves of a batch."""

from __future__ import annotations

from torch import Tensor

from harness.api import StepContext


def product_of_halves(context: StepContext) -> Tensor:
    r"""Return :math:`J_1 J_2^\top`, ``[present, present]``, of the gradients of a batch's halves: in expectation the
    Gramian of the mean gradients, but neither symmetric nor positive. A gradient's square length would be too long by
    its variance.
    """
    first, second = context.halves()[:, context.present]
    return first @ second.T
