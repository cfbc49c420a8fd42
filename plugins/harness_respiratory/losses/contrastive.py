"""Contrastive loss of the branches' embeddings."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from harness.api import DataError, Term, TermInput, TrainingError
from harness_respiratory.losses.kl import MISSING, class_numbers
from harness_respiratory.losses.parameters import ContrastiveParameters


class Contrastive(Term):
    r"""Like samples near each other, unlike ones at least a margin apart, in each branch's embedding.

    .. math:: \gamma \sum_\mathrm{branches} \frac{1}{|P|} \sum_{(i,j) \in P} Y_{ij}\, d_{ij}^2
              + (1 - Y_{ij}) \max(m - d_{ij}, 0)^2, \qquad d_{ij} = \lVert e_i - e_j \rVert_2

    (Hadsell et al. 2006, eq. 4, without its halves; Ngo et al. 2023, section on the loss, margin 1.) P are all pairs of
    the task's labelled samples in the batch. :math:`Y_{ij}` is 1 for samples of one class; of mixed samples it is
    :math:`\sum_c y_{ic}\, y_{jc}`, the probability that labels drawn from the two mixtures agree: the source does not
    say.
    """

    def __init__(self, parameters: ContrastiveParameters) -> None:
        super().__init__(parameters)
        self.weight, self.margin = parameters.weight, parameters.margin

    def forward(self, seen: TermInput) -> Tensor:
        """Return ``[batch]`` values whose mean is the mean over pairs, summed over the branches."""
        if seen.task.kind not in ("binary", "multiclass"):
            raise DataError(
                f"task {seen.name} is {seen.task.kind}; contrastive is for binary and multiclass tasks"
            )
        if not seen.outputs.embeddings:
            raise TrainingError(f"the network of {seen.name} shows no embeddings, which contrastive needs")
        labels = label_rows(seen)
        embeddings = seen.outputs.embeddings.values()
        each = torch.stack([pair_losses(embedding, labels, self.margin) for embedding in embeddings])
        return self.weight * each.sum(dim=0)


def label_rows(seen: TermInput) -> Tensor:
    """Return the samples' (mixed) labels, ``[batch, classes]``; a sample without label, or mixed with one, is a row of
    zeros.
    """
    rows, known = _one_hot(seen.targets, len(seen.task.classes or ()))
    if seen.mixing is None:
        return rows * known
    others, weight = seen.mixing
    partner, partner_known = _one_hot(others, rows.shape[1])
    share = weight[:, None]
    return (share * rows + (1 - share) * partner) * (known & partner_known)


def pair_losses(embedding: Tensor, labels: Tensor, margin: float) -> Tensor:
    """Return ``[batch]`` values whose mean is the contrastive loss averaged over all pairs of labelled samples.

    ``embedding [batch, width]``, ``labels [batch, classes]``, rows that add up to 1, or to 0 without label. A batch
    with fewer than two labelled samples costs nothing.
    """
    known = labels.sum(dim=1) > 0
    pairs = (known[:, None] & known[None, :]).fill_diagonal_(False)
    squared = (embedding[:, None] - embedding[None, :]).square().sum(dim=2)
    # the gradient of a root is infinite at 0: coincident samples take none from it
    apart = squared > 0
    distance = torch.where(apart, squared, torch.ones_like(squared)).sqrt() * apart
    like = labels @ labels.T
    values = like * squared + (1 - like) * (margin - distance).clamp(min=0).square()
    return (values * pairs).sum(dim=1) * (len(values) / pairs.sum().clamp(min=1))


def _one_hot(targets: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    numbers = class_numbers(targets)
    rows = functional.one_hot(numbers.clamp(min=0), classes).float()
    return rows, (numbers != MISSING)[:, None]
