"""The plugin's records: light to list, complete, and each of them can be built."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

import harness_audio
from harness.plugins import load_registry

SAMPLES = 8000


def entries():
    return [entry for entry in load_registry().all() if entry.plugin == "harness_audio"]


def features():
    return {record.name: record for record in harness_audio.harness_features()}


def test_names():
    names: dict[str, set[str]] = {}
    for entry in entries():
        names.setdefault(entry.component.kind, set()).add(entry.component.name)
    speech = {"asvspoof2015", "fsdd", "ravdess", "speech_commands"}
    environment = {"audioset", "dcase2017_events", "dcase2017_scenes", "esc10", "esc50", "fsdkaggle2018"}
    assert {"folder"} | speech | environment <= names["dataset"]
    assert {"log_mel", "logbank", "logbank_summary", "mfcc"} <= names["feature"]
    assert {"cnn", "cnn5", "dnn"} <= names["model"]
    assert {"mixup", "random_crop", "spec_mask"} <= names["augmentation"]


def test_listing_imports_nothing_heavy():
    heavy = "{'torch', 'numpy', 'pandas', 'scipy', 'librosa', 'torchaudio'}"
    code = (
        f"import sys, harness_audio as plugin\n"
        f"for hook in ('datasets', 'features', 'models', 'augmentations'):\n"
        f"    getattr(plugin, 'harness_' + hook)()\n"
        f"assert not {heavy} & set(sys.modules), {heavy} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_record_and_parameter_is_described():
    for entry in entries():
        component = entry.component
        assert component.summary
        assert component.source or component.kind == "dataset"
        assert all(field.description for field in component.parameters.model_fields.values())


@pytest.mark.parametrize("feature", sorted(features()))
@pytest.mark.parametrize("model", ["cnn", "cnn5", "dnn"])
def test_every_feature_feeds_every_model(feature, model):
    record = features()[feature]
    values = record.build(record.parameters(sample_rate=SAMPLES, clip_s=1.0))(torch.randn(4, SAMPLES))
    assert values.ndim == 4
    assert values.dtype == torch.float32
    network = {record.name: record for record in harness_audio.harness_models()}[model]
    logits = network.build(network.parameters(), tuple(values.shape[1:]), {"a": 3, "b": 1})(values)
    assert {task: tuple(value.shape) for task, value in logits.items()} == {"a": (4, 3), "b": (4, 1)}


@pytest.mark.parametrize("feature", sorted(features()))
def test_features_do_not_depend_on_the_size_of_the_batch(feature):
    record = features()[feature]
    module = record.build(record.parameters(sample_rate=SAMPLES))
    waveform = torch.randn(3, SAMPLES, generator=torch.Generator().manual_seed(0))
    alone = torch.cat([module(clip[None]) for clip in waveform])
    torch.testing.assert_close(module(waveform), alone, rtol=0, atol=1e-3)
