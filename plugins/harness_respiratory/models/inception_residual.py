"""The inception-residual network: a branch a spectrogram, combined, with heads a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from torch import Tensor, nn

from harness.api import HardSharing, ModelOutputs
from harness_respiratory.models.parameters import InceptionResidualParameters
from harness_respiratory.models.system import System


class TaskHead(nn.Module):
    """The last layers FC[T] of one task: of the combined embedding, and of each branch's. All are initialised by the
    task's name, so that a task starts alike alone and in groups.
    """

    def __init__(self, width: int, outputs: int, branches: int) -> None:
        super().__init__()
        self.combined = nn.Linear(width, outputs)
        self.branches = nn.ModuleList(nn.Linear(width, outputs) for _ in range(branches))

    def forward(self, embedding: Tensor) -> Tensor:
        """Return the task's logits, ``[batch, outputs]``."""
        logits: Tensor = self.combined(embedding)
        return logits


class InceptionResidual(HardSharing):
    """The network of Ngo et al. 2023, with heads per task instead of one softmax.

    Input ``[batch, channels, bins, frames]``: channel i, a spectrogram of a ``stack`` feature, goes to backbone i. The
    backbones' embeddings are combined (``combine``), and a dense block and the tasks' heads follow. One channel is the
    source's single system. With several, ``outputs`` also has the logits of each branch's own classifier, which the
    term ``branch_losses`` trains, and the backbones' embeddings, which ``contrastive`` sees.
    """

    def __init__(
        self,
        parameters: InceptionResidualParameters,
        input_shape: tuple[int, int, int],
        heads: Mapping[str, int],
    ) -> None:
        system = System(parameters, input_shape)
        super().__init__(system, parameters.dense_width, {})
        self.tasks = tuple(heads)
        branches = len(system.branch_dense)
        self.heads = nn.ModuleList(
            TaskHead(parameters.dense_width, outputs, branches) for outputs in heads.values()
        )

    @property
    def system(self) -> System:
        """Everything but the heads."""
        return cast(System, self.trunk)

    def outputs(self, x: Tensor) -> ModelOutputs:
        """Return the logits, the embeddings ``branch_1``, …, and the logits of each branch by the same names.

        A single branch has no classifier beside its own, and the network none without ``branch_heads``: that branch's
        entry is empty.
        """
        embeddings = self.system.embeddings(x)
        names = [f"branch_{i + 1}" for i in range(len(embeddings))]
        logits = self._logits(self.system.combined(embeddings))
        branches = {name: self._of_branch(i, embeddings[i]) for i, name in enumerate(names)}
        return ModelOutputs(logits, dict(zip(names, embeddings, strict=True)), branches)

    def _of_branch(self, branch: int, embedding: Tensor) -> dict[str, Tensor]:
        if not self.system.branch_dense:
            return {}
        hidden = self.system.branch_dense[branch](embedding)
        heads = [cast(TaskHead, head) for head in self.heads]
        return {task: head.branches[branch](hidden) for task, head in zip(self.tasks, heads, strict=True)}
