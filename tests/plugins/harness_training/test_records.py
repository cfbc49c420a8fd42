import subprocess
import sys

import pytest

from harness.api import TASK_KINDS
from tests.plugins.harness_training.records import RECORDS


def test_every_task_kind_has_one_default_loss_and_one_primary_metric():
    for kind in TASK_KINDS:
        assert len([r for r in RECORDS.values() if r.kind == "loss" and kind in r.default_for]) == 1
        assert len([r for r in RECORDS.values() if r.kind == "metric" and kind in r.primary_for]) == 1


@pytest.mark.parametrize("key", sorted(RECORDS), ids="-".join)
def test_factories_and_summaries_are_there(key):
    assert callable(RECORDS[key].resolve())
    assert RECORDS[key].summary


def test_hook_modules_are_light():
    code = (
        "import sys, harness_training, harness_combiners\n"
        "for m in (harness_training, harness_combiners):\n"
        "    [getattr(m, n)() for n in dir(m) if n.startswith('harness_') and callable(getattr(m, n))]\n"
        "print([m for m in ('torch', 'numpy', 'pandas', 'scipy', 'sklearn', 'torchjd') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
