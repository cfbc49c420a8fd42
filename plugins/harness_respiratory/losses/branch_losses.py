"""The losses of the branches' own classifiers."""

from __future__ import annotations

from torch import Tensor

from harness.api import Term, TermInput, TrainingError
from harness_respiratory.losses.parameters import BranchLossesParameters


class BranchLosses(Term):
    r"""The task's own loss of every branch's logits, :math:`\alpha \sum_\mathrm{branches} \ell(z_b, y)`.

    Ngo et al. 2023, section on the loss, :math:`\alpha = 1/3`; the combined output's loss, with weight 1, is the task's
    own. A network of a single branch has no classifier beside the combined one: its sum is empty, and the value 0.
    """

    def __init__(self, parameters: BranchLossesParameters) -> None:
        super().__init__(parameters)
        self.weight = parameters.weight

    def forward(self, seen: TermInput) -> Tensor:
        """Return a value a sample, ``[batch]``. Raises :class:`TrainingError` for a network without branches."""
        branches = seen.outputs.branches
        own = [seen.loss(logits[seen.name]) for logits in branches.values() if seen.name in logits]
        if not own and len(branches) != 1:
            raise TrainingError(
                f"the network of {seen.name} has {len(branches)} branches without classifiers of their own, which "
                "branch_losses trains; allowed: inception_residual with branch_heads: true, or with one channel"
            )
        return self.weight * sum(own, start=seen.outputs.logits[seen.name].new_zeros(len(seen.targets)))
