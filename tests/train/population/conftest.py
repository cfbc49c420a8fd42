from __future__ import annotations

import pytest
import torch


@pytest.fixture
def float64():
    """Networks, features (by the scaler ``typed``) and losses are in float64 meanwhile."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)
