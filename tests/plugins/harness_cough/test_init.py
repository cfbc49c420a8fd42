"""The hooks: records that are complete, and nothing heavy at import."""

from __future__ import annotations

import subprocess
import sys

from tests.plugins.harness_cough.records import DATASETS, FEATURES, MODELS


def test_every_part_is_listed_with_its_source():
    records = {**DATASETS, **FEATURES, **MODELS}
    assert set(records) == {"coughvid", "spectrogram", "side_vector", "resnet", "ast"}
    assert all(record.source and record.summary for record in records.values())


def test_listing_loads_nothing_heavy():
    code = (
        "import harness_cough, sys; harness_cough.harness_models(); "
        "print({'torch', 'transformers', 'librosa'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
