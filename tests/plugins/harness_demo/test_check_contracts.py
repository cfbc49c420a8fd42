"""The checks of the embedded data keep what every check of the doctor promises."""

from __future__ import annotations

from harness.testing import CheckContract
from harness_demo import harness_checks

RECORDS = {record.name: record for record in harness_checks()}


class TestEspeak(CheckContract):
    record = RECORDS["espeak"]


class TestRendering(CheckContract):
    record = RECORDS["rendering"]
