"""How much of an activation falls on padding."""

from __future__ import annotations

from torch import Tensor, nn


def padding_share(cam: Tensor, mask: Tensor) -> Tensor:
    r"""Return the share of the activation that falls on padding, ``[…]`` in 0 … 1.

    .. math:: \frac{\sum_{f,t} (1 - m_t) \max(M(f,t), 0)}{\sum_{f,t} \max(M(f,t), 0)}

    Args:
        cam: ``[…, bins, frames]``; what is negative speaks against the class and does not count.
        mask: ``[…, frames]``: 1 where a frame holds audio, 0 where it is padding.

    NaN where nothing is activated.
    """
    by_frame = cam.clamp(min=0).sum(dim=-2)
    return (by_frame * (1 - mask)).sum(dim=-1) / by_frame.sum(dim=-1)


def cells_with_audio(mask: Tensor, frames: int) -> Tensor:
    """Return ``mask [rows, frames of the feature]`` for a map of ``frames``: 1 where a cell holds any audio.

    A coarse map cannot tell the two apart within a cell; a cell counts as padding where it holds nothing else.
    """
    return nn.functional.adaptive_max_pool1d(mask, frames)


def as_large_as(cam: Tensor, x: Tensor) -> Tensor:
    """Return ``cam [rows, bins', frames']`` bilinearly at the size of ``x [rows, channels, bins, frames]``."""
    return nn.functional.interpolate(cam[:, None], size=x.shape[2:], mode="bilinear", align_corners=False)[
        :, 0
    ]


def audio_mask(x: Tensor) -> Tensor:
    """Return which frames of ``x [rows, channels, bins, frames]`` hold audio, ``[rows, frames]`` of 1 and 0.

    From a mask channel, where all rows have one: zeros and ones, the same in all bins. Else padding is what zero
    padding leaves in a spectrogram: frames at the end that are all alike, two at least. Recordings that end in digital
    silence look the same.
    """
    for channel in x.unbind(dim=1):
        if bool(((channel == 0) | (channel == 1)).all()) and bool((channel == channel[:, :1]).all()):
            return channel[:, 0].float()
    last = x[..., -1:]
    alike = ((x - last).abs() <= 1e-6 * last.abs().clamp(min=1)).all(dim=1).all(dim=1)
    trailing = alike.flip(-1).cumprod(dim=-1).flip(-1)
    trailing = trailing * (trailing.sum(dim=-1, keepdim=True) >= 2)
    return 1 - trailing.float()
