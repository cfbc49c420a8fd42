"""Everything of the network that tasks share: a backbone a spectrogram, the combiner block, dense blocks."""

from __future__ import annotations

from torch import Tensor, nn

from harness_respiratory.models.backbone import Backbone
from harness_respiratory.models.combine import combiner_block
from harness_respiratory.models.dense import dense_block
from harness_respiratory.models.parameters import InceptionResidualParameters


class System(nn.Module):
    """A :class:`Backbone` for each input channel, the combiner block, and the dense block behind it.

    ``[batch, channels, bins, frames]`` → ``[batch, dense_width]``. ``branch_dense`` are the dense blocks of the
    branches' own classifiers; there are none for a single branch, which is its own classifier.
    """

    def __init__(self, parameters: InceptionResidualParameters, input_shape: tuple[int, int, int]) -> None:
        super().__init__()
        channels, bins, frames = input_shape
        backbones = [Backbone(parameters, (bins, frames)) for _ in range(channels)]
        width = backbones[0].width
        self.backbones = nn.ModuleList(backbones)
        self.combine = combiner_block(parameters.combine, channels, width)
        self.dense = dense_block(self.combine.width, parameters)
        classifiers = channels if channels > 1 and parameters.branch_heads else 0
        self.branch_dense = nn.ModuleList(dense_block(width, parameters) for _ in range(classifiers))

    def embeddings(self, x: Tensor) -> list[Tensor]:
        """Return each backbone's embedding of its channel, ``branches × [batch, width]``."""
        return [backbone(x[:, i : i + 1]) for i, backbone in enumerate(self.backbones)]

    def combined(self, embeddings: list[Tensor]) -> Tensor:
        """Return what the task heads see of ``branches × [batch, width]``: ``[batch, dense_width]``."""
        hidden: Tensor = self.dense(self.combine(embeddings))
        return hidden

    def forward(self, x: Tensor) -> Tensor:
        return self.combined(self.embeddings(x))
