"""resnet: transformers' network, its inputs, its weights, and that padding is no feature."""

from __future__ import annotations

import hashlib
import sys
from typing import ClassVar

import pytest
import torch
from pydantic import ValidationError
from torch import nn
from torch.testing import assert_close

from harness.api import DataSetNorm, PluginError, TrainingError
from harness.testing import ModelContract
from tests.plugins.harness_cough.records import MODELS

transformers = pytest.importorskip("transformers")
RECORD = MODELS["resnet"]
HEADS = {"a": 1, "b": 3}
SHAPE = (1, 40, 64)


def build(shape=SHAPE, **parameters):
    torch.manual_seed(0)
    return RECORD.build(RECORD.parameters(width=4, **parameters), shape, HEADS)


class TestContract(ModelContract):
    record = RECORD
    parameters: ClassVar = {"width": 4}
    input_shapes = ((1, 40, 63), (3, 32, 32))


class TestMaskAndSideContract(ModelContract):
    record = RECORD
    parameters: ClassVar = {"width": 4, "norm": "shared", "mask": 1, "side": 5}
    input_shapes = ((3, 40, 63),)


@pytest.mark.parametrize(("depth", "convolutions", "last"), [(18, 20, 512), (34, 36, 512), (50, 53, 2048)])
def test_the_layers_are_the_papers(depth, convolutions, last):
    """17, 33 and 49 convolutions on the way, and 3 or 4 in shortcuts that change the size."""
    with torch.device("meta"):
        model = RECORD.resolve()(RECORD.parameters(depth=depth, norm="shared"), (1, 64, 64), HEADS)
    assert sum(isinstance(module, nn.Conv2d) for module in model.modules()) == convolutions
    assert {head.in_features for head in model.heads} == {last}


def test_is_transformers_network():
    model = build(norm="shared", shape=(3, 40, 64)).eval()
    config = transformers.ResNetConfig(
        num_channels=3,
        embedding_size=4,
        hidden_sizes=[4, 8, 16, 32],
        depths=[2, 2, 2, 2],
        layer_type="basic",
    )
    theirs = transformers.ResNetModel(config).eval()
    theirs.embedder.load_state_dict(model.trunk.stem.state_dict())
    theirs.encoder.stages.load_state_dict(model.trunk.stages.state_dict())
    x = torch.randn(2, 3, 40, 64)
    with torch.no_grad():
        assert_close(model.embed(x), theirs(x).pooler_output.flatten(1), rtol=1e-4, atol=1e-5)
        assert_close(model.maps(x), theirs(x).last_hidden_state, rtol=1e-4, atol=1e-5)


def test_normalisation_a_data_set_is_the_same_for_one_data_set():
    one, other = build(norm="dataset"), build(norm="shared")
    kinds = {type(module) for module in one.modules()}
    assert DataSetNorm in kinds
    assert nn.BatchNorm2d not in kinds
    x = torch.randn(4, *SHAPE)
    assert_close(one(x)["b"], other(x)["b"], rtol=1e-4, atol=1e-5)
    assert_close(one.eval()(x)["b"], other.eval()(x)["b"], rtol=1e-4, atol=1e-5)  # running statistics too


def test_the_side_vector_is_joined_before_the_heads():
    model, x = build((2, 40, 64), side=3).eval(), torch.randn(2, 2, 40, 64)
    x[:, 1] = 0
    x[:, 1, :3] = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])[..., None]
    embedding = model.embed(x)
    assert embedding.shape == (2, 32 + 3)
    assert embedding[:, 32:].tolist() == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    assert_close(embedding[:, :32], model.maps(x).mean(dim=(2, 3)))
    assert model.trunk.stem.num_channels == 1


def test_what_stands_in_the_padding_changes_nothing():
    model = build((2, 40, 128), mask=1).eval()
    quiet = torch.randn(2, 2, 40, 128)
    quiet[:, 1] = (torch.arange(128) < 70).float()
    loud = quiet.clone()
    loud[:, 0, :, 70:] = 9.0
    with torch.no_grad():
        assert torch.equal(model(quiet)["b"], model(loud)["b"])
        blind = build((2, 40, 128), mask=1, heed=False).eval()
        assert not torch.equal(blind(quiet)["b"], blind(loud)["b"])
        assert torch.equal(blind(quiet)["b"], build((1, 40, 128)).eval()(quiet[:, :1])["b"])


@pytest.mark.parametrize(
    ("shape", "parameters", "message"),
    [
        ((1, 31, 64), {}, "gives 31 bins and 64 frames; at least 32 of each"),
        ((1, 40, 20), {}, "gives 40 bins and 20 frames"),
        ((2, 40, 64), {"mask": 2}, "mask is channel 2, but the feature has 2 channels"),
        ((2, 40, 64), {"mask": 1, "side": 2}, "mask is channel 1, but"),
        ((1, 40, 64), {"side": 2}, "a feature of 1 channels has no spectrogram"),
        ((2, 40, 64), {"side": 41}, "side 41 is more than the 40 bins"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(shape, parameters, message):
    with pytest.raises(TrainingError, match=message):
        build(shape, **parameters)


def saved(directory, channels=3):
    """Write a small pretrained network with a top; return it and the parameters that name it."""
    config = transformers.ResNetConfig(
        num_channels=channels,
        embedding_size=4,
        hidden_sizes=[4, 8, 16, 32],
        depths=[2, 2, 2, 2],
        layer_type="basic",
    )
    torch.manual_seed(5)
    network = transformers.ResNetForImageClassification(config)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean)
    network.save_pretrained(directory)
    digest = hashlib.sha256((directory / "model.safetensors").read_bytes()).hexdigest()
    return network.eval(), {"weights": str(directory), "sha256": digest}


def test_local_weights(tmp_path):
    theirs, local = saved(tmp_path)
    x = torch.randn(2, 3, 40, 64)
    with torch.no_grad():
        expected = theirs.resnet(x).pooler_output.flatten(1)
        assert_close(build((3, 40, 64), **local).eval().embed(x), expected, rtol=1e-4, atol=1e-5)
        # one channel is shown to all three
        repeated = theirs.resnet(x[:, :1].repeat(1, 3, 1, 1)).pooler_output.flatten(1)
        assert_close(build(**local).eval().embed(x[:, :1]), repeated, rtol=1e-4, atol=1e-5)


def test_weights_that_do_not_fit_are_refused(tmp_path):
    _, local = saved(tmp_path)
    with pytest.raises(
        TrainingError, match=r"model.safetensors has SHA-256 [0-9a-f]{64}, but sha256 says 0000"
    ):
        build(weights=str(tmp_path), sha256="0" * 64)
    with pytest.raises(
        TrainingError, match=r"config.json has \{'depths': \[2, 2, 2, 2\]\}, but the study asks"
    ):
        build(depth=34, **local)
    with pytest.raises(TrainingError, match=r"no file .*nowhere/config.json; .* Nothing is downloaded"):
        build(weights=str(tmp_path / "nowhere"), sha256="0" * 64)
    with pytest.raises(TrainingError, match=r"no file microsoft/resnet-18/config\.json"):
        build(weights="microsoft/resnet-18", sha256="0" * 64)
    transformers.ASTConfig().save_pretrained(tmp_path / "ast")
    with pytest.raises(TrainingError, match="is a audio-spectrogram-transformer; a resnet is needed"):
        build(weights=str(tmp_path / "ast"), sha256="0" * 64)
    for one in ({"weights": "x"}, {"sha256": "0" * 64}):
        with pytest.raises(ValidationError, match="weights and sha256 go together"):
            RECORD.parameters(**one)


def test_weights_with_holes_are_refused(tmp_path):
    from safetensors.torch import load_file, save_file

    saved(tmp_path)
    path = tmp_path / "model.safetensors"
    state = load_file(path)
    del state["resnet.embedder.embedder.convolution.weight"]
    save_file(state, path, metadata={"format": "pt"})
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(TrainingError, match=r"lacks 1 tensors, such as .*embedder.convolution.weight"):
        build((3, 40, 64), weights=str(tmp_path), sha256=digest)


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(
        PluginError, match=r"model 'resnet' needs .*pip install 'mtl-harness\[transformers\]'"
    ):
        build()
