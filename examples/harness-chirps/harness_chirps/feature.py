"""The shape of the spectrum, frame by frame."""

import torch
from torch import Tensor, nn

from harness_chirps.parameters import ShapeParameters


class SpectralShape(nn.Module):
    r"""``[batch, samples]`` → ``[batch, 1, 3, frames]``: log energy, centroid and spread, the last two in kHz.

    With :math:`p_k` the share of bin :math:`k` in a frame's power,

    .. math:: \mu = \sum_k f_k p_k, \qquad \sigma = \sqrt{\sum_k (f_k - \mu)^2 p_k}

    A little power is added to every bin, so that silence has a shape too: that of white noise.
    """

    frequencies: Tensor
    window: Tensor

    def __init__(self, parameters: ShapeParameters) -> None:
        super().__init__()
        self.frame = parameters.frame
        bins = torch.fft.rfftfreq(parameters.frame, 1 / parameters.sample_rate) / 1000
        self.register_buffer("frequencies", bins)
        self.register_buffer("window", torch.hann_window(parameters.frame))

    def forward(self, samples: Tensor) -> Tensor:
        frames = samples.unfold(1, self.frame, self.frame) * self.window
        power = torch.fft.rfft(frames).abs().square() + 1e-4  # [batch, frames, bins]
        share = power / power.sum(-1, keepdim=True)
        centroid = (share * self.frequencies).sum(-1, keepdim=True)
        spread = (share * (self.frequencies - centroid).square()).sum(-1).sqrt()
        return torch.stack([power.sum(-1).log(), centroid[..., 0], spread], dim=1)[:, None]
