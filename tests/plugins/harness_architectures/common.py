"""Small architectures for tests: built alone, or as a training builds them."""

from __future__ import annotations

import torch
from torch import nn

from harness.plugins import Registered, Registry
from harness.train.network import build_model
from harness.train.types import Choice
from harness_architectures import harness_models
from harness_audio import harness_models as hard_models

SHAPE = (1, 12, 9)
RECORDS = {record.name: record for record in harness_models()}
#: Small and without randomness: what is left is the architecture.
PLAIN = {"cnn": {"depth": 2, "width": 4, "dropout": 0.0}, "dnn": {"base": "dnn", "width": 6, "dropout": 0.0}}
REGISTRY = Registry(components={("model", n): Registered(r, "own", "tests", "0") for n, r in RECORDS.items()})

HARD = Registry(components={("model", r.name): Registered(r, "own", "tests", "0") for r in hard_models()})


def build(
    name: str, heads: dict[str, int], *, base: str = "cnn", seed: int = 0, **values: object
) -> nn.Module:
    """Build as the harness does in a training: every part from its own seed."""
    return _built(REGISTRY, Choice(name=name, parameters={**PLAIN[base], **values}), heads, seed)


def hard_sharing(base: str, heads: dict[str, int], *, seed: int = 0) -> nn.Module:
    """Build ``cnn`` or ``dnn`` of the same blocks."""
    values = {name: value for name, value in PLAIN[base].items() if name != "base"}
    return _built(HARD, Choice(name=base, parameters=values), heads, seed)


def _built(registry: Registry, choice: Choice, heads: dict[str, int], seed: int) -> nn.Module:
    device = torch.device("cpu")
    return build_model(registry, choice, SHAPE, heads, n_datasets=1, seed=seed, device=device)


def batch(size: int = 5, seed: int = 0) -> torch.Tensor:
    return torch.randn(size, *SHAPE, generator=torch.Generator().manual_seed(seed))
