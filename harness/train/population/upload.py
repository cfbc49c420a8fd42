"""Small arrays from the host to the device without waiting for it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def upload(values: np.ndarray | Tensor, device: torch.device) -> Tensor:
    """Return ``values`` on ``device``; on CUDA through pinned memory, so that nothing waits."""
    tensor = torch.from_numpy(values) if isinstance(values, np.ndarray) else values
    return tensor if device.type == "cpu" else tensor.pin_memory().to(device, non_blocking=True)
