"""The embeddings of clips by a trained network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from harness.api import DataError, Revived


@torch.no_grad()
def embeddings_of(
    network: Revived, clips: Sequence[str], *, dataset: str | None = None, batch_size: int = 64
) -> np.ndarray:
    """Return ``[clips, width]`` float64 embeddings, of a clip with several windows their mean.

    Raises :class:`TrainingError` for a network without an embedding, :class:`DataError` without clips.
    """
    if not clips:
        raise DataError("there are no clips to embed")
    counts = network.windows(clips, dataset)
    features = network.features(clips, dataset)
    rows = torch.cat([network.embed(part, dataset).cpu() for part in features.split(batch_size)])
    ends = np.cumsum(counts)
    return np.add.reduceat(rows.double().numpy(), ends - counts, axis=0) / counts[:, None]
