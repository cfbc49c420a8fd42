"""A scaler that leaves plain channels (masks) as they are."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from harness.bases.scaler import Scaler


class AllButPlain(Scaler):
    """Scales all of ``channels`` but the ``plain`` ones by a scaler that neither sees nor changes those."""

    kept: Tensor

    def __init__(self, inner: Scaler, plain: Sequence[int], channels: int) -> None:
        super().__init__()
        self.inner, self.channels = inner, channels
        kept = [channel for channel in range(channels) if channel not in plain]
        self.register_buffer("kept", torch.tensor(kept, dtype=torch.long), persistent=False)

    def partial_fit(self, features: Tensor) -> None:
        if len(self.kept):
            self.inner.partial_fit(features.index_select(1, self.kept))

    def finish(self) -> None:
        if len(self.kept):
            self.inner.finish()

    def forward(self, features: Tensor) -> Tensor:
        if not len(self.kept):
            return features
        return features.index_copy(1, self.kept, self.inner(features.index_select(1, self.kept)))

    def constants(self) -> tuple[Tensor, Tensor] | None:
        """Return the inner scaler's mean and deviation, with 0 and 1 for the plain channels."""
        found = self.inner.constants() if len(self.kept) else (torch.zeros(()), torch.ones(()))
        if found is None:
            return None
        mean, deviation = found
        return self._everywhere(mean, 0.0), self._everywhere(deviation, 1.0)

    def _everywhere(self, values: Tensor, fill: float) -> Tensor:
        """Return ``[1, channels, bins or 1, frames or 1]`` from values that broadcast over the kept channels."""
        values = values.reshape((1,) * (4 - values.ndim) + values.shape)
        whole = values.new_full((1, self.channels, *values.shape[2:]), fill)
        kept = self.kept.to(values.device)
        return whole.index_copy(1, kept, values.expand(-1, len(kept), -1, -1))
