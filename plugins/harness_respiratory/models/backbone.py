"""One branch: a spectrogram to an embedding."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from harness_respiratory.models.attention import SequenceAttention
from harness_respiratory.models.inception import DoubleInception, InceptionResidualBlock
from harness_respiratory.models.parameters import InceptionResidualParameters
from harness_respiratory.models.pooling import Size, three_maps


class Backbone(nn.Module):
    """Double inception block, two inception-residual blocks, three poolings, an attention on each, concatenated.

    ``[batch, 1, bins, frames]`` → ``[batch, width]``; the width is twice the last channels (attention on frequency and
    time) and the frames that are left (attention on the mean over channels). Ngo et al. 2023, sections on the
    inception-residual network and on attention.
    """

    def __init__(self, parameters: InceptionResidualParameters, size: Size) -> None:
        super().__init__()
        first, second = parameters.channels
        inception = DoubleInception(parameters, size)
        one = InceptionResidualBlock(inception.outputs, first, parameters, inception.size)
        two = InceptionResidualBlock(first, second, parameters, one.size)
        self.blocks = nn.Sequential(inception, one, two)
        widths = (second, second, two.size[1])
        self.attentions = nn.ModuleList(
            SequenceAttention(width, parameters.heads, parameters.key_size) for width in widths
        )
        self.width = sum(widths)

    def forward(self, x: Tensor) -> Tensor:
        # on the CPU convolution and pooling are quicker so; the weights stay contiguous
        maps = three_maps(self.blocks(x.to(memory_format=torch.channels_last)))
        return torch.cat([attend(seen) for attend, seen in zip(self.attentions, maps, strict=True)], dim=1)
