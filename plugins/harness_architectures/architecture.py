"""What every architecture has: parts that tasks share, parts of each task, and a linear head a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from harness.api import ModelOutputs


class Architecture(nn.Module):
    """An embedding for each task, and a linear head on it: ``logits_t = W_t · embedding_t(x) + b_t``.

    ``shared`` is what several tasks may use, ``own[i]`` what belongs to task i, ``width`` the size of every embedding.
    A subclass builds ``shared`` before ``own``: the harness seeds each task's modules by its name
    (:class:`harness.api.HasTaskModules`), and the shared part must start from the same numbers whatever the tasks are.
    """

    def __init__(
        self, heads: Mapping[str, int], width: int, *, shared: nn.Module, own: Sequence[nn.Module]
    ) -> None:
        super().__init__()
        self.tasks = tuple(heads)
        self.shared = shared
        self.own = nn.ModuleList(own)
        self.heads = nn.ModuleList(nn.Linear(width, outputs) for outputs in heads.values())

    def embeddings(self, x: Tensor) -> list[Tensor]:
        """Return each task's embedding ``[batch, width]`` of a feature ``[batch, channels, bins, frames]``."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return the logits of every task, each ``[batch, outputs]``."""
        return self._logits(self.embeddings(x))

    def outputs(self, x: Tensor) -> ModelOutputs:
        """Return the logits, and each task's embedding by its name."""
        embeddings = self.embeddings(x)
        return ModelOutputs(self._logits(embeddings), dict(zip(self.tasks, embeddings, strict=True)))

    def task_modules(self) -> dict[str, dict[str, nn.Module]]:
        """Return what is each task's own: its part of the architecture, and its head."""
        parts = zip(self.tasks, self.own, self.heads, strict=True)
        return {task: {"own": own, "head": head} for task, own, head in parts}

    def _logits(self, embeddings: list[Tensor]) -> dict[str, Tensor]:
        parts = zip(self.tasks, self.heads, embeddings, strict=True)
        return {task: head(embedding) for task, head, embedding in parts}
