"""Features and models keep the contracts, with their defaults and with the framework's settings."""

from __future__ import annotations

from typing import Any, ClassVar

import harness_audio
from harness.testing import FeatureContract, ModelContract

FEATURES = {record.name: record for record in harness_audio.harness_features()}
MODELS = {record.name: record for record in harness_audio.harness_models()}
SHAPES = ((1, 24, 33), (1, 24, 7), (3, 13, 10))


class TestLogbank(FeatureContract):
    record = FEATURES["logbank"]


class TestLogbankSummary(FeatureContract):
    record = FEATURES["logbank_summary"]


class TestFrameworkMfcc(FeatureContract):
    record = FEATURES["mfcc"]
    parameters: ClassVar[dict[str, Any]] = {
        "n_mfcc": 13,
        "n_mels": 24,
        "win_ms": 30,
        "n_fft": 512,
        "mel_scale": "htk",
    }


class TestFrameworkMel(FeatureContract):
    record = FEATURES["log_mel"]
    parameters: ClassVar[dict[str, Any]] = {
        "sample_rate": 32000,
        "n_fft": 2048,
        "win_length": 2048,
        "hop_length": 256,
        "n_mels": 128,
    }


class TestDnn(ModelContract):
    record = MODELS["dnn"]
    input_shapes = SHAPES


class TestFrameworkDnn(ModelContract):
    record = MODELS["dnn"]
    parameters: ClassVar[dict[str, Any]] = {"depth": 4, "width": 512}
    input_shapes = SHAPES


class TestCnn(ModelContract):
    record = MODELS["cnn"]
    input_shapes = SHAPES


class TestCnn5(ModelContract):
    record = MODELS["cnn5"]
    input_shapes = SHAPES


class TestCnn5WithoutPooling(ModelContract):
    record = MODELS["cnn5"]
    parameters: ClassVar[dict[str, Any]] = {"pool": "none", "width": 8}
    input_shapes = SHAPES
