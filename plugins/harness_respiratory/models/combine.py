"""The combiner block: the embeddings of all branches to one."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from harness_respiratory.models.parameters import Combine


class Concatenation(nn.Module):
    """The embeddings behind each other: ``branches × [batch, width]`` → ``[batch, branches · width]``."""

    def __init__(self, branches: int, width: int) -> None:
        super().__init__()
        self.width = branches * width

    def forward(self, embeddings: Sequence[Tensor]) -> Tensor:
        return torch.cat(list(embeddings), dim=1)


class LinearCombination(nn.Module):
    r"""The embeddings weighted element by element: ``branches × [batch, width]`` → ``[batch, width]``.

    .. math:: e = \mathrm{ReLU}\Big(\sum_i e_i \circ w_i + w_\mathrm{bias}\Big)

    (Ngo et al. 2023, section on the linear combination.) The weights are trained; at the start, which the source does
    not give, they make the mean of the embeddings.
    """

    def __init__(self, branches: int, width: int) -> None:
        super().__init__()
        self.width = width
        self.weight = nn.Parameter(torch.full((branches, width), 1 / branches))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, embeddings: Sequence[Tensor]) -> Tensor:
        weighted = [embedding * weight for embedding, weight in zip(embeddings, self.weight, strict=True)]
        return torch.relu(torch.stack(weighted).sum(dim=0) + self.bias)


def combiner_block(combine: Combine, branches: int, width: int) -> Concatenation | LinearCombination:
    """Return the combiner block; a single branch has nothing to combine, and its embedding is taken as it is."""
    if combine == "linear" and branches > 1:
        return LinearCombination(branches, width)
    return Concatenation(branches, width)
