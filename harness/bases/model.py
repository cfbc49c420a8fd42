"""Hard parameter sharing: one trunk, one linear head a task."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from harness.bases.outputs import ModelOutputs


class HardSharing(nn.Module):
    """A shared trunk with a linear head for each task (Caruana 1997, "Multitask Learning").

    ``trunk`` maps ``[batch, channels, bins, frames]`` to an embedding ``[batch, width]``; ``heads`` maps a task to
    its number of outputs. The embedding is kept apart in :meth:`embed`, because analyses need it.
    """

    def __init__(self, trunk: nn.Module, width: int, heads: Mapping[str, int]) -> None:
        super().__init__()
        self.trunk = trunk
        self.tasks = tuple(heads)
        self.heads = nn.ModuleList(nn.Linear(width, outputs) for outputs in heads.values())

    def embed(self, x: Tensor) -> Tensor:
        """Return the shared embedding, ``[batch, width]``."""
        embedding: Tensor = self.trunk(x)
        return embedding

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return the logits of every task, each ``[batch, outputs]``."""
        return self._logits(self.embed(x))

    def outputs(self, x: Tensor) -> ModelOutputs:
        """Return the logits, and the embedding by the name ``trunk``."""
        embedding = self.embed(x)
        return ModelOutputs(self._logits(embedding), {"trunk": embedding})

    def _logits(self, embedding: Tensor) -> dict[str, Tensor]:
        return {task: head(embedding) for task, head in zip(self.tasks, self.heads, strict=True)}
