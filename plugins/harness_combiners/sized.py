"""Buffers whose size is known at the first step: one entry for every shared parameter."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn


class Sized(nn.Module):
    """Mixin of combiners that keep something of the size of the gradients, ``[tasks, parameters]``: the buffers named
    in ``sized`` are empty until :meth:`sized_as`, and a saved state brings its own size.
    """

    sized: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        super().__init__()
        for name in self.sized:
            self.register_buffer(name, torch.zeros(0))

    def sized_as(self, gradients: Tensor) -> None:
        """Make the buffers that are empty zeros of the shape of ``gradients [tasks, parameters]``."""
        for name in self.sized:
            if getattr(self, name).shape != gradients.shape:
                setattr(self, name, torch.zeros_like(gradients))

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *args: Any) -> None:
        for name in self.sized:
            saved, own = state_dict.get(prefix + name), getattr(self, name)
            if saved is not None and saved.shape != own.shape:
                setattr(self, name, torch.zeros_like(saved, device=own.device))
        super()._load_from_state_dict(state_dict, prefix, *args)
