"""The latent space of ``synthetic``: directions in it."""

from __future__ import annotations

import numpy as np

from harness_demo.synthetic_parameters import FACTORS, SyntheticParameters


def direction(parameters: SyntheticParameters) -> np.ndarray:
    """Return the unit vector, float64 ``[12]``, that the label depends on."""
    weights = np.array([parameters.loads.get(name, 0.0) for name in FACTORS])
    unit: np.ndarray = weights / np.linalg.norm(weights)
    return unit
