"""The parts that need torch; imported when they are built."""

from torch import Tensor, nn

from harness.api import FeatureParameters, HardSharing, Parameters, Scalarizer, StepContext


class Envelope(nn.Module):
    def __init__(self, parameters: FeatureParameters) -> None:
        super().__init__()

    def forward(self, samples: Tensor) -> Tensor:
        return samples.unfold(1, 50, 50).abs().amax(2)[:, None, None, :]


def linear(parameters: Parameters, input_shape: tuple[int, int, int], heads: dict[str, int]) -> nn.Module:
    size = input_shape[0] * input_shape[1] * input_shape[2]
    return HardSharing(nn.Sequential(nn.Flatten(), nn.Linear(size, 8), nn.ReLU()), 8, heads)


class Worst(Scalarizer):
    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__()

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        return losses.max()
