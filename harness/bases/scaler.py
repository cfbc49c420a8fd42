"""Scalers: fitted on the training part, applied anywhere."""

from __future__ import annotations

from torch import Tensor, nn

from harness.records import Parameters


class Scaler(nn.Module):
    """Base of scalers. What is fitted is kept in buffers, float32."""

    def __init__(self, parameters: Parameters | None = None) -> None:
        super().__init__()

    def partial_fit(self, features: Tensor) -> None:
        """See a batch of the training part, ``[batch, channels, bins, frames]``; called until all were seen."""
        raise NotImplementedError

    def finish(self) -> None:
        """End the fit: turn what was gathered into what :meth:`forward` needs."""

    def constants(self) -> tuple[Tensor, Tensor] | None:
        """Return ``mean`` and ``deviation`` if :meth:`forward` is ``(features - mean) / deviation``, so that an engine
        can scale for many trainings at once; ``None`` where it is something else.
        """
        return None

    def forward(self, features: Tensor) -> Tensor:
        """Scale ``[batch, channels, bins, frames]``."""
        raise NotImplementedError
