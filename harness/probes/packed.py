"""Arrays as text, so that they travel between processes and machines as any plain value."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np


def pack(values: np.ndarray) -> dict[str, Any]:
    """Return ``values`` as float32 in plain JSON values."""
    array = np.ascontiguousarray(values, dtype="<f4")
    return {"shape": list(array.shape), "float32": base64.b64encode(array.tobytes()).decode()}


def unpack(packed: Mapping[str, Any]) -> np.ndarray:
    """Return what :func:`pack` was given, as float64."""
    flat = np.frombuffer(base64.b64decode(packed["float32"]), dtype="<f4")
    return flat.reshape(packed["shape"]).astype(np.float64)
