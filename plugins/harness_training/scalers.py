"""Scalers of features."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from harness.api import DataError, Parameters, Scaler
from harness_training.parameters import StandardiseParameters

#: The axes of ``[batch, channels, bins, frames]`` that one mean and one deviation are taken over.
AXES = {"bin": (0, 3), "cell": (0,), "global": (0, 1, 2, 3)}


class Standardise(Scaler):
    r"""Subtract the mean and divide by the (population) standard deviation of the training part.

    ``scope`` says what shares a mean: a ``bin`` (over clips and frames; each channel by itself), a ``cell``
    (a bin in one frame, over clips), or everything (``global``). Batches are merged in float64 by

    .. math:: M_2 = M_2^a + M_2^b + \delta^2\, \frac{n_a n_b}{n_a + n_b}, \qquad \delta = \mu_b - \mu_a

    (Chan, Golub and LeVeque 1979, eq. 2.1), so that the result does not depend on the batches. What is
    constant, up to the rounding of float32, has the deviation 1.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, parameters: StandardiseParameters) -> None:
        super().__init__(parameters)
        self.axes = AXES[parameters.scope]
        self.register_buffer("mean", torch.empty(0))
        self.register_buffer("deviation", torch.empty(0))
        self._n = 0
        self._mean: Tensor = torch.zeros((), dtype=torch.float64)
        self._m2: Tensor = torch.zeros((), dtype=torch.float64)

    def partial_fit(self, features: Tensor) -> None:
        if not len(features):
            return
        variance, mean = torch.var_mean(features.double(), dim=self.axes, correction=0, keepdim=True)
        n = features.numel() // mean.numel()
        self._merge(n, mean, variance * n)

    def _merge(self, n: int, mean: Tensor, m2: Tensor) -> None:
        delta = mean - self._mean.to(mean.device)
        total = self._n + n
        self._m2 = self._m2.to(m2.device) + m2 + delta.square() * (self._n * n / total)
        self._mean = self._mean.to(mean.device) + delta * (n / total)
        self._n = total

    def finish(self) -> None:
        """Turn what was gathered into mean and deviation; raise :class:`DataError` where nothing was."""
        if not self._n:
            raise DataError("the scaler saw no clip: the training part is empty")
        deviation = (self._m2 / self._n).sqrt()
        constant = deviation <= torch.finfo(torch.float32).eps * self._mean.abs()
        self.mean = self._mean.float()
        self.deviation = torch.where(constant, torch.ones_like(deviation), deviation).float()

    def forward(self, features: Tensor) -> Tensor:
        if not self.mean.numel():
            raise DataError("the scaler is used before it was fitted")
        return (features - self.mean) / self.deviation

    def constants(self) -> tuple[Tensor, Tensor] | None:
        return self.mean, self.deviation

    def _load_from_state_dict(self, state_dict: dict[str, Tensor], prefix: str, *args: Any) -> None:
        for name in ("mean", "deviation"):
            if prefix + name in state_dict:
                setattr(self, name, torch.empty_like(state_dict[prefix + name], device=self.mean.device))
        super()._load_from_state_dict(state_dict, prefix, *args)


class Unscaled(Scaler):
    """Leave features as they are."""

    def __init__(self, parameters: Parameters) -> None:
        super().__init__(parameters)

    def partial_fit(self, features: Tensor) -> None:
        """There is nothing to learn."""

    def constants(self) -> tuple[Tensor, Tensor] | None:
        return torch.zeros(()), torch.ones(())

    def forward(self, features: Tensor) -> Tensor:
        return features
