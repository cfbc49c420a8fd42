"""ast: transformers' network, its inputs and its weights."""

from __future__ import annotations

import hashlib
import sys
from typing import ClassVar

import pytest
import torch
from pydantic import ValidationError
from torch.testing import assert_close

from harness.api import PluginError, TrainingError
from harness.testing import ModelContract
from harness_cough.models.ast import resized
from tests.plugins.harness_cough.records import MODELS

transformers = pytest.importorskip("transformers")
RECORD = MODELS["ast"]
SMALL = {"layers": 2, "width": 16, "heads": 2, "patch": 8, "stride": 8}


def build(shape=(1, 24, 40), **parameters):
    torch.manual_seed(0)
    return RECORD.build(RECORD.parameters(**(SMALL | parameters)), shape, {"a": 1, "b": 3})


class TestContract(ModelContract):
    record = RECORD
    parameters: ClassVar = SMALL
    input_shapes = ((1, 24, 40),)


class TestSideContract(ModelContract):
    record = RECORD
    parameters: ClassVar = SMALL | {"side": 5, "stride": 5, "dropout": 0.1}
    input_shapes = ((2, 24, 40),)


def config(bins, frames):
    return transformers.ASTConfig(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        patch_size=8,
        frequency_stride=8,
        time_stride=8,
        num_mel_bins=bins,
        max_length=frames,
    )


def test_the_defaults_are_the_published_network():
    theirs, ours = transformers.ASTConfig(), RECORD.parameters()
    assert (ours.layers, ours.width, ours.heads, ours.patch, ours.stride, ours.dropout) == (
        theirs.num_hidden_layers,
        theirs.hidden_size,
        theirs.num_attention_heads,
        theirs.patch_size,
        theirs.time_stride,
        theirs.hidden_dropout_prob,
    )


def test_is_transformers_network():
    model = build().eval()
    theirs = transformers.ASTModel(config(24, 40)).eval()
    theirs.load_state_dict(model.trunk.network.state_dict())
    x = torch.randn(2, 1, 24, 40)
    with torch.no_grad():
        hidden = theirs(x[:, 0].transpose(1, 2)).last_hidden_state
    assert hidden.shape[1] == 2 + 3 * 5
    assert_close(model.embed(x), hidden[:, :2].mean(dim=1))


def test_the_side_vector_is_joined():
    model, x = build((2, 24, 40), side=3).eval(), torch.randn(2, 2, 24, 40)
    x[:, 1, :3] = 7.0
    assert model.embed(x)[:, 16:].tolist() == [[7.0] * 3] * 2
    assert_close(model.embed(x)[:, :16], build().eval().embed(x[:, :1]))


def test_positions_are_interpolated_over_the_grid():
    bins, frames = torch.meshgrid(torch.arange(3.0), torch.arange(5.0), indexing="ij")
    plane = torch.stack([bins, frames], dim=-1).reshape(1, 15, 2)
    positions = torch.cat([torch.tensor([[[8.0, 9.0], [6.0, 5.0]]]), plane], dim=1)
    assert torch.equal(resized(positions, (3, 5), (3, 5)), positions)
    wider = resized(positions, (3, 5), (3, 10))
    assert torch.equal(wider[:, :2], positions[:, :2])
    grid = wider[:, 2:].reshape(3, 10, 2)
    assert_close(grid[:, :, 0], torch.arange(3.0)[:, None].expand(3, 10))
    assert_close(grid[0, 1:-1, 1], torch.arange(0.25, 4.0, 0.5))  # between the centres of the patches


def test_local_weights(tmp_path):
    torch.manual_seed(3)
    theirs = transformers.ASTForAudioClassification(config(24, 40)).eval()
    torch.nn.init.normal_(theirs.audio_spectrogram_transformer.embeddings.position_embeddings)
    theirs.save_pretrained(tmp_path)
    digest = hashlib.sha256((tmp_path / "model.safetensors").read_bytes()).hexdigest()
    local = {"weights": str(tmp_path), "sha256": digest}
    x = torch.randn(2, 1, 24, 40)
    with torch.no_grad():
        expected = theirs.audio_spectrogram_transformer(x[:, 0].transpose(1, 2)).pooler_output
        assert_close(build(**local).eval().embed(x), expected)
        build((1, 24, 80), **local)(torch.randn(2, 1, 24, 80))  # another size of the input
    with pytest.raises(
        TrainingError, match=r"has \{'hidden_size': 16\}, but the study asks for \{'hidden_size': 32\}"
    ):
        build(width=32, **local)


@pytest.mark.parametrize(
    ("shape", "parameters", "message"),
    [
        ((2, 24, 40), {}, "ast takes one spectrogram; the feature has 2 channels, 0 of them the side vector"),
        ((1, 24, 40), {"side": 2}, "1 channels, 1 of them"),
        ((1, 7, 40), {}, "gives 7 bins and 40 frames; a patch needs 8"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(shape, parameters, message):
    with pytest.raises(TrainingError, match=message):
        build(shape, **parameters)


def test_parameters_are_checked():
    with pytest.raises(ValidationError, match="heads 5 does not divide width 768"):
        RECORD.parameters(heads=5)


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(PluginError, match=r"model 'ast' needs .*pip install 'mtl-harness\[transformers\]'"):
        build()
