"""The two kinds of blocks of the backbone."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from harness.api import DataSetNorm, Dropout
from harness_respiratory.models.parameters import InceptionResidualParameters
from harness_respiratory.models.pooling import Size, average, halved, largest
from harness_respiratory.models.residual_norm import ResidualNorm


class Inc01(nn.Module):
    """Kernels 3×3, 1×1 and 4×1 (bins × frames) side by side, their outputs concatenated.

    ``[batch, inputs, bins, frames]`` → ``[batch, 3 · width, bins, frames]``. Ngo et al. 2023, section on the
    inception-residual network; that the outputs are concatenated is chosen, as in Szegedy et al. 2015.
    """

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.paths = nn.ModuleList(
            [
                nn.Conv2d(inputs, width, 3, padding=1),
                nn.Conv2d(inputs, width, 1),
                # an even kernel keeps the size with one bin of zeros more above than below
                nn.Sequential(nn.ZeroPad2d((0, 0, 1, 2)), nn.Conv2d(inputs, width, (4, 1))),
            ]
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([path(x) for path in self.paths], dim=1)


class DoubleInception(nn.Sequential):
    """Two :class:`Inc01`, batch normalisation, ReLU, average pooling, dropout, residual normalisation.

    ``[batch, 1, bins, frames]`` → ``[batch, outputs, ⌈bins / pool⌉, ⌈frames / pool⌉]``. ``size`` is the input's (bins,
    frames), :attr:`size` the output's.
    """

    def __init__(self, parameters: InceptionResidualParameters, size: Size) -> None:
        width = parameters.inception_width
        self.outputs, self.size = 3 * width, halved(size, parameters.pool)
        super().__init__(
            Inc01(1, width),
            Inc01(self.outputs, width),
            DataSetNorm(self.outputs),
            nn.ReLU(inplace=True),
            average(size, parameters.pool),
            Dropout(parameters.dropout),
            ResidualNorm(parameters.residual),
        )


class Inc02(nn.Module):
    """Kernels K×1, K×K and 1×K, each followed by average pooling, summed.

    ``[batch, inputs, bins, frames]`` → ``[batch, outputs, ⌈bins / stride⌉, ⌈frames / stride⌉]``. The pooling averages
    what lies inside of the map: an edge is not mixed with zeros.
    """

    def __init__(self, inputs: int, outputs: int, parameters: InceptionResidualParameters) -> None:
        super().__init__()
        k, pool = parameters.kernel, parameters.inner_pool
        kernels = ((k, 1), (k, k), (1, k))
        self.paths = nn.ModuleList(nn.Conv2d(inputs, outputs, kernel, padding="same") for kernel in kernels)
        self.pool = nn.AvgPool2d(pool, parameters.inner_stride, padding=pool // 2, count_include_pad=False)

    def forward(self, x: Tensor) -> Tensor:
        first, second, third = (path(x) for path in self.paths)
        # the average is linear: of the sum it is the sum of the averages, at a third of the work
        pooled: Tensor = self.pool(first + second + third)
        return pooled


class InceptionResidualBlock(nn.Module):
    """:class:`Inc02`, convolution, batch normalisation, dropout, ReLU, average and maximum pooling, residual
    normalisation.

    ``[batch, inputs, *size]`` → ``[batch, outputs, *self.size]``. The source's drawing of the two poolings is lost:
    here both see the same map, and their outputs are added.
    """

    def __init__(
        self, inputs: int, outputs: int, parameters: InceptionResidualParameters, size: Size
    ) -> None:
        super().__init__()
        inner = halved(size, parameters.inner_stride)
        self.size = halved(inner, parameters.pool)
        self.layers = nn.Sequential(
            Inc02(inputs, outputs, parameters),
            nn.Conv2d(outputs, outputs, parameters.after_kernel, padding="same", bias=False),
            DataSetNorm(outputs),
            Dropout(parameters.dropout),
            nn.ReLU(inplace=True),
        )
        self.average, self.largest = average(inner, parameters.pool), largest(inner, parameters.pool)
        self.norm = ResidualNorm(parameters.residual)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layers(x)
        normalised: Tensor = self.norm(self.average(x) + self.largest(x))
        return normalised
