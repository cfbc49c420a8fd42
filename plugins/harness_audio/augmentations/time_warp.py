"""SpecAugment's time warp."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from harness_audio.augmentations.parameters import TimeWarpParameters


class TimeWarp:
    r"""Move a random frame of each sample to another place; what lies before and after it is stretched or squeezed.

    Park et al. 2019, "SpecAugment" (arXiv:1904.08779, section 2, time warping): a point :math:`c` of the time axis,
    drawn from :math:`(W, \tau - W)`, is moved by :math:`w` drawn from :math:`(-W, W)`; both ends stay where they are.
    Frame ``t`` of the output is taken, by linear interpolation between frames, from

    .. math:: s(t) = \begin{cases} t \, c / (c + w) & t \le c + w \\
              (\tau - 1) - (\tau - 1 - t)(\tau - 1 - c) / (\tau - 1 - c - w) & \text{else} \end{cases}

    The paper's image warp is a spline with fixed borders; along one axis with one point it is this up to smoothing.
    ``W`` is cut to a third of the frames; all bins and channels of a sample move alike. The same generator state gives
    the same warps on every device of its kind.
    """

    def __init__(self, parameters: TimeWarpParameters) -> None:
        self.width = parameters.width

    def __call__(self, features: Tensor, generator: Generator) -> Tensor:
        """Return a warped copy of ``features [batch, channels, bins, frames]``."""
        batch, frames = features.shape[0], features.shape[3]
        last = frames - 1
        width = min(float(self.width), last / 3)
        draws = torch.rand(2, batch, 1, generator=generator, device=generator.device).to(features.device)
        if width == 0:
            return features.clone()
        centre = width + draws[0] * (last - 2 * width)
        place = sources(frames, centre, centre + (2 * draws[1] - 1) * width)
        before = place.floor().clamp(max=last - 1)
        index = before.long()[:, None, None].expand(*features.shape[:3], frames)
        share = (place - before)[:, None, None].to(features.dtype)
        return torch.lerp(features.gather(3, index), features.gather(3, index + 1), share)


def sources(frames: int, centre: Tensor, moved: Tensor) -> Tensor:
    """Return the frame that each frame of the output is taken from, ``[batch, frames]``, within 0 … frames − 1.

    ``centre [batch, 1]`` is the frame that stands at ``moved [batch, 1]`` in the output; both lie inside.
    """
    last = frames - 1
    time = torch.arange(frames, device=centre.device, dtype=centre.dtype)
    before, after = time * centre / moved, last - (last - time) * (last - centre) / (last - moved)
    return torch.where(time <= moved, before, after).clamp(0, last)
