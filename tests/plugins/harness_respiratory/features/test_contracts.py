"""The features keep the contract of every feature."""

from __future__ import annotations

from typing import Any, ClassVar

from harness.testing import FeatureContract
from harness_respiratory.components_data import FEATURES

RECORDS = {record.name: record for record in FEATURES}
SMALL: dict[str, Any] = {"clip_s": 1.0, "bins": 24, "frames": 20}


class TestGammatone(FeatureContract):
    record = RECORDS["gammatone"]
    parameters: ClassVar[dict[str, Any]] = SMALL


class TestGammatoneByFft(FeatureContract):
    record = RECORDS["gammatone"]
    parameters: ClassVar[dict[str, Any]] = {**SMALL, "method": "fft", "decibels": True}


class TestCwtMorse(FeatureContract):
    record = RECORDS["cwt_morse"]
    parameters: ClassVar[dict[str, Any]] = {**SMALL, "decibels": True}


class TestCwtAmor(FeatureContract):
    record = RECORDS["cwt_amor"]
    parameters: ClassVar[dict[str, Any]] = {**SMALL, "zero_phase": False, "frames": 60, "omega0": 8.0}
