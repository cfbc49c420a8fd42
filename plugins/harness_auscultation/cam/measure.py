"""Maps and numbers of the clips of one run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from harness_auscultation.cam.maps import activation_maps, method_of
from harness_auscultation.cam.padding import as_large_as, audio_mask, cells_with_audio, padding_share

if TYPE_CHECKING:
    from harness.api import Revived

#: Clips that go through the network together.
BATCH = 16


@dataclass(frozen=True)
class Looked:
    """Where the network looked in one row of a clip: ``features`` and ``cam [bins, frames]``, ``mask [frames]``.

    ``padding_share`` is the share of the activation in cells of the map that hold padding alone, ``None`` where nothing
    is activated; ``padding_cells`` is the share of such cells, and ``padding`` that of the feature's frames.
    """

    task: str
    clip: str
    window: int
    method: str
    label: str
    decided: str
    padding_share: float | None
    padding_cells: float
    padding: float
    features: Tensor
    cam: Tensor
    mask: Tensor


def look(network: Revived, task: str, clips: Sequence[str]) -> Iterator[Looked]:
    """Yield where the network looks in each row of ``clips``, for the class that it decides for in that row."""
    dataset = task.rsplit("/", 1)[0]
    model = network.model_of(task)
    for start in range(0, len(clips), BATCH):
        some = clips[start : start + BATCH]
        x = network.features(some, dataset)
        maps, logits = activation_maps(model, lambda x: network.outputs(x, dataset)[task], x, task)
        mask = audio_mask(x)
        cells = cells_with_audio(mask, maps.shape[-1])
        shares = padding_share(maps, cells).tolist()
        maps = as_large_as(maps, x)
        row = 0
        labels = network.labels(some, task)
        for clip, label, windows in zip(some, labels, network.windows(some, dataset), strict=True):
            for window in range(int(windows)):
                yield Looked(
                    task=task,
                    clip=clip,
                    window=window,
                    method=method_of(model),
                    label=label,
                    decided=_decided(network.classes(task), logits[row]),
                    padding_share=None if math.isnan(shares[row]) else shares[row],
                    padding_cells=1 - float(cells[row].mean()),
                    padding=1 - float(mask[row].mean()),
                    features=x[row, 0],
                    cam=maps[row],
                    mask=mask[row],
                )
                row += 1


def _decided(classes: tuple[str, ...] | None, logits: Tensor) -> str:
    """Return the class whose map it is: the largest logit's, or by the sign of a single one."""
    if classes is None:
        return "more" if float(logits[0]) > 0 else "less"
    index = int(torch.argmax(logits)) if len(logits) > 1 else int(logits[0] > 0)
    return classes[index]
