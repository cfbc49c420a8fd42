"""Several features as the channels of one."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from harness.bases.feature import covariates_of, plain_of
from harness.data.fit import row_samples
from harness.errors import HarnessError
from harness.features.parameters import ROWS, StackParameters
from harness.features.resize import as_channel, resized
from harness.nesting import checked_by_own_model, own_parameters
from harness.plugins import load_registry

Shape = tuple[int, int, int]


class Stack(nn.Module):
    """The channels of all parts, in order: ``[batch, samples] → [batch, Σ channels, bins, frames]``.

    Parts take ``sample_rate``, ``clip_s``, ``fit`` and ``hop_s`` from the stack, so that they see the same samples.
    ``size: [bins, frames]`` resizes every part bilinearly (``align_corners`` off; plain channels take the nearest
    value, so that a mask stays one); without it the parts must have one shape. A part with one frame beside parts with
    several is a side vector of ``k`` values: a channel whose first ``k`` bins hold them in every frame, and 0
    elsewhere. Covariates that parts ask for, and their plain channels, are those of the stack.

    Raises:
        HarnessError: parts have several shapes and there is no ``size``; a side vector has more values than there are
            bins; a part's parameters do not fit.
    """

    def __init__(self, parameters: StackParameters) -> None:
        super().__init__()
        self.names = [part.name for part in parameters.parts]
        self.parts = nn.ModuleList(_built(parameters))
        self.covariates = tuple(dict.fromkeys(name for part in self.parts for name in covariates_of(part)))
        shapes = self._shapes(row_samples(parameters))
        self.size = parameters.size or self._common(shapes)
        self.antialias = parameters.antialias
        self._check_vectors(shapes)
        starts = [sum(shape[0] for shape in shapes[:i]) for i in range(len(shapes))]
        self.plain = tuple(
            start + channel
            for start, part in zip(starts, self.parts, strict=True)
            for channel in plain_of(part)
        )

    def forward(self, waveform: Tensor, values: Tensor | None = None) -> Tensor:
        """Return ``[batch, channels, bins, frames]``; ``values [batch, n]`` are the covariates, where there are any."""
        return torch.cat(
            [self._channels(part, self._of(part, waveform, values)) for part in self.parts], dim=1
        )

    def _of(self, part: nn.Module, waveform: Tensor, values: Tensor | None) -> Tensor:
        columns = [self.covariates.index(name) for name in covariates_of(part)]
        found: Tensor = (
            part(waveform) if values is None or not columns else part(waveform, values[:, columns])
        )
        return found

    def _channels(self, part: nn.Module, found: Tensor) -> Tensor:
        if found.shape[3] == 1:
            return as_channel(found, self.size)
        return resized(found, self.size, plain_of(part), antialias=self.antialias)

    @torch.no_grad()
    def _shapes(self, samples: int) -> list[Shape]:
        """Return what each part makes of a row, ``(channels, bins, frames)``: each is tried on silence."""
        waveform, values = torch.zeros(1, samples), torch.zeros(1, len(self.covariates))
        shapes = []
        for name, part in zip(self.names, self.parts, strict=True):
            found = self._of(part, waveform, values)
            if found.ndim != 4:
                raise HarnessError(f"stack: part {name!r} gave {list(found.shape)}, not 4 dimensions")
            shapes.append((int(found.shape[1]), int(found.shape[2]), int(found.shape[3])))
        return shapes

    def _common(self, shapes: Sequence[Shape]) -> tuple[int, int]:
        planes = {shape[1:] for shape in shapes if shape[2] > 1}
        if len(planes) > 1:
            raise HarnessError(
                f"stack: the parts have several shapes (bins × frames): {self._told(shapes)}; give size: [bins, frames]"
            )
        return next(iter(planes)) if planes else (max(bins for _, bins, _ in shapes), 1)

    def _check_vectors(self, shapes: Sequence[Shape]) -> None:
        bins = self.size[0]
        if any(frames == 1 and k > bins for _, k, frames in shapes):
            raise HarnessError(
                f"stack: a side vector needs as many bins as it has values, and there are {bins}: {self._told(shapes)}"
            )

    def _told(self, shapes: Sequence[Shape]) -> str:
        return ", ".join(f"{name} {s[1]} × {s[2]}" for name, s in zip(self.names, shapes, strict=True))


def _built(parameters: StackParameters) -> list[nn.Module]:
    registry, inherited = load_registry(), {name: getattr(parameters, name) for name in ROWS}
    nested = parameters.nested["parts"]
    parts = []
    for i, part in enumerate(parameters.parts):
        entry = registry.get("feature", part.name)
        own = own_parameters(part.model_dump(mode="json"), nested)
        checked = checked_by_own_model(entry, {**own, **inherited}, f"stack, part {i} ({part.name})")
        parts.append(entry.component.build(checked))
    return parts
