"""Hard parameter sharing: one trunk, one linear head a task; and which modules of a model are a task's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from torch import Tensor, nn

from harness.bases.outputs import ModelOutputs


@runtime_checkable
class HasTaskModules(Protocol):
    """A model that says which of its modules belong to one task.

    The harness initialises each of them anew (``reset_parameters`` of every module within it) from a seed of the
    run, the module's name and the task's name. So a task starts from the same numbers alone and in every group,
    whatever the order of the tasks. The rest of the model must be built before these modules, and its initial numbers
    must not depend on the tasks.
    """

    def task_modules(self) -> Mapping[str, Mapping[str, nn.Module]]:
        """Return ``{task: {name: module}}``; a linear head is by custom named ``head``."""
        ...


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

    def task_modules(self) -> dict[str, dict[str, nn.Module]]:
        """Return each task's head (see :class:`HasTaskModules`)."""
        return {task: {"head": head} for task, head in zip(self.tasks, self.heads, strict=True)}

    def _logits(self, embedding: Tensor) -> dict[str, Tensor]:
        return {task: head(embedding) for task, head in zip(self.tasks, self.heads, strict=True)}
