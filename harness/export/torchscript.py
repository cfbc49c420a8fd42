"""Exported networks as TorchScript: one file, which torch alone opens."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from harness.export.describe import NAME
from harness.export.module import Exported

#: How far a probability (or a value, in its own scale) may be from the harness's own.
TOLERANCE = 1e-5


def write(module: Exported, about: dict[str, Any], example: torch.Tensor, path: Path) -> None:
    """Trace the module with an ``example [batch, samples]`` and write it."""
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # that lengths become constants is what the check afterwards is for
        traced = torch.jit.trace(module, example, strict=False, check_trace=False)
        torch.jit.save(traced, str(path), _extra_files={NAME: json.dumps(about)})


def load(path: Path) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """Return what the file computes, from ``[batch, samples]`` to ``{task: [batch, classes]}``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = torch.jit.load(str(path))

    def compute(waveform: np.ndarray) -> dict[str, np.ndarray]:
        with torch.no_grad():
            found = network(torch.from_numpy(waveform))
        return {task: values.numpy() for task, values in found.items()}

    return compute
