"""Dynamic weight average."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torchjd import scalarization

from harness.api import Scalarizer, StepContext
from harness_combiners.parameters import DWAParameters


class DWA(Scalarizer):
    r"""Weights by the ratio of the last two epochs' losses (Liu, Johns and Davison 2019, arXiv:1803.10704,
    eq. 7).

    .. math:: \lambda_t(e) = \frac{K \exp(w_t(e - 1) / T)}{\sum_i \exp(w_i(e - 1) / T)}, \qquad
              w_t(e - 1) = \frac{L_t(e - 1)}{L_t(e - 2)}

    where :math:`L_t(e)` is task :math:`t`'s loss, averaged over the steps of the group's epoch :math:`e` that
    had its labels. Where a ratio is not known (the first two epochs; a task absent from a whole epoch; a loss
    of 0) it is 1.

    TorchJD's ``DWA`` counts an absent task's zero into its average and has an empty ``state_dict()``. So the
    averages are kept here, in buffers, and TorchJD is given one value an epoch; its own sums over steps are
    never used.
    """

    sums: Tensor
    counts: Tensor
    averages: Tensor

    def __init__(self, parameters: DWAParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.temperature = parameters.temperature
        self.register_buffer("sums", torch.zeros(len(tasks)))
        self.register_buffer("counts", torch.zeros(len(tasks)))
        self.register_buffer("averages", torch.full((2, len(tasks)), torch.nan))
        self._method: scalarization.DWA | None = None

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        if self._method is None:
            self._method = self._replay()
        loss: Tensor = self._method(losses)
        self.sums += losses.detach()
        self.counts += context.present.to(self.counts)
        if context.ends_epoch:
            self._end_epoch()
        return loss

    def _end_epoch(self) -> None:
        average = self.sums / self.counts  # NaN for a task that was absent all along
        self.averages.copy_(torch.stack([self.averages[1], average]))
        self.sums.zero_()
        self.counts.zero_()
        self._method = None

    def _replay(self) -> scalarization.DWA:
        """Return TorchJD's method as it is after the last two epochs."""
        ratio = self.averages[1] / self.averages[0]
        known = torch.isfinite(ratio)
        method = scalarization.DWA(self.temperature)
        for average in self.averages:
            method(torch.where(known, average, torch.ones_like(average)))
            method.step()
        return method

    def _load_from_state_dict(self, *args: Any, **kwargs: Any) -> None:
        super()._load_from_state_dict(*args, **kwargs)
        self._method = None
