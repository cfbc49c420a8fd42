"""seal_cnn: its shape, its pooling, and that padding is no feature."""

from __future__ import annotations

from typing import ClassVar

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from harness.api import DataSetNorm, TrainingError
from harness.testing import ModelContract
from harness_auscultation.models.seal_cnn import SealCnn
from tests.plugins.harness_auscultation.records import MODELS

RECORD = MODELS["seal_cnn"]
HEADS = {"a": 1, "b": 3}


def build(shape=(1, 40, 60), **parameters):
    torch.manual_seed(0)
    return SealCnn(RECORD.parameters(**parameters), shape, HEADS).eval()


class TestContract(ModelContract):
    record = RECORD
    parameters: ClassVar = {"widths": (4, 6, 8, 10)}
    input_shapes = ((1, 40, 63), (2, 8, 8))


class TestMaskedContract(ModelContract):
    record = RECORD
    parameters: ClassVar = {"widths": (4, 6, 8, 10), "mask": 1, "norm": "dataset"}
    input_shapes = ((2, 40, 63),)


def test_the_defaults_are_the_sources():
    model = build()
    convolutions = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    assert len(convolutions) == 4
    assert convolutions[-1].out_channels == 128
    assert [(head.in_features, head.out_features) for head in model.heads] == [(128, 1), (128, 3)]
    assert not any(isinstance(module, DataSetNorm) for module in model.modules())
    assert any(isinstance(module, DataSetNorm) for module in build(norm="dataset").modules())


def test_heads_are_linear_in_the_mean_of_the_maps():
    model, x = build(), torch.randn(3, 1, 40, 60)
    logits = model(x)
    for head, task in zip(model.heads, HEADS, strict=True):
        assert_close(logits[task], head(model.maps(x).mean(dim=(2, 3))))


def padded(seconds: int, frames: int, noise: float = 0.0) -> torch.Tensor:
    """Return a clip of so many frames of audio in so many frames, with noise in the padding: ``[1, 2, 40, frames]``."""
    audio = torch.randn(1, 40, seconds, generator=torch.Generator().manual_seed(1))
    x = torch.zeros(1, 2, 40, frames)
    x[:, 0] = noise * torch.randn(40, frames)
    x[:, 0, :, :seconds] = audio
    x[:, 1, :, :seconds] = 1
    return x


def test_what_stands_in_the_padding_changes_nothing():
    model = build((2, 40, 64), mask=1)
    with torch.no_grad():
        silent, noisy = model(padded(24, 64)), model(padded(24, 64, noise=9.0))
        longer = model(padded(24, 64)[..., :32])
    for task in HEADS:
        assert torch.equal(silent[task], noisy[task])
        assert_close(silent[task], longer[task])  # nor how much padding there is


def test_without_the_mask_padding_is_seen():
    model = build((1, 40, 64))
    with torch.no_grad():
        short, long = model(padded(24, 64)[:, :1]), model(padded(24, 32)[:, :1])
    assert (short["b"] - long["b"]).abs().max() > 1e-3


def test_a_mask_that_is_not_heeded_is_only_left_out():
    blind, plain, x = build((2, 40, 64), mask=1, heed=False), build((1, 40, 64)), padded(24, 64, noise=1.0)
    assert torch.equal(blind(x)["b"], plain(x[:, :1])["b"])
    assert not torch.equal(blind(x)["b"], build((2, 40, 64), mask=1)(x)["b"])


def test_inputs_that_do_not_fit_are_refused():
    with pytest.raises(TrainingError, match="at least 8 bins and frames; the feature gives 7 bins"):
        build((1, 7, 60))
    for shape, mask in (((1, 40, 60), 0), ((2, 40, 60), 2)):
        with pytest.raises(TrainingError, match=f"mask is channel {mask}, but the feature has"):
            build(shape, mask=mask)
