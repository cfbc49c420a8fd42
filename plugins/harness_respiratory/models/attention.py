"""Multi-head attention over a sequence, to one vector."""

from __future__ import annotations

import math

from torch import Tensor, nn


class SequenceAttention(nn.Module):
    r"""Self-attention whose heads have a key size of their own, then the mean over the sequence.

    .. math:: y = \frac1n \sum_i \Big[ \mathrm{concat}_h\, \mathrm{softmax}\big(Q_h K_h^\top / \sqrt{d}\big) V_h
              \Big]_i W + b

    (Vaswani et al. 2017, arXiv:1706.03762, eq. 1 and section 3.2.2), with queries, keys and values of size ``key_size``
    *a head*, whatever the width of the input is, as in Ngo et al. 2023 (16 heads of 32). They give one vector for each
    attention; that it is the mean over the sequence is chosen. ``[batch, n, width]`` → ``[batch, width]``.
    """

    def __init__(self, width: int, heads: int, key_size: int) -> None:
        super().__init__()
        self.heads, self.key_size = heads, key_size
        self.project = nn.Linear(width, 3 * heads * key_size)
        self.out = nn.Linear(heads * key_size, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, n, _ = x.shape
        parts = self.project(x).view(batch, n, 3, self.heads, self.key_size)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # each [batch, heads, n, key_size]
        weights = (query @ key.transpose(-1, -2) / math.sqrt(self.key_size)).softmax(dim=-1)
        # mean before the linear map: it is the mean after it
        attended: Tensor = self.out((weights @ value).mean(dim=2).flatten(1))
        return attended
