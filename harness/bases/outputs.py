"""What a network gives beyond logits, for those who look at more: extra terms of the objective, figures."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor


@dataclass(frozen=True)
class ModelOutputs:
    """One forward pass: ``logits {task: [batch, outputs]}``, ``embeddings {name: [batch, width]}``, and the logits of
    ``branches {branch: {task: [batch, outputs]}}`` where a network has several before it combines them.
    """

    logits: dict[str, Tensor]
    embeddings: dict[str, Tensor] = field(default_factory=dict)
    branches: dict[str, dict[str, Tensor]] = field(default_factory=dict)

    def rows(self, start: int, stop: int) -> ModelOutputs:
        """Return the same of the samples ``start`` to ``stop`` of the batch."""

        def cut(values: dict[str, Tensor]) -> dict[str, Tensor]:
            return {name: value[start:stop] for name, value in values.items()}

        return ModelOutputs(
            cut(self.logits), cut(self.embeddings), {name: cut(own) for name, own in self.branches.items()}
        )
