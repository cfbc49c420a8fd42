"""The records: light to list, complete, and each keeps what every model promises, with either base."""

from __future__ import annotations

import subprocess
import sys

import pytest

from harness.plugins import load_registry
from harness.testing import ModelContract
from tests.plugins.harness_architectures.common import RECORDS

SMALL = {"depth": 2, "width": 4}


def test_names():
    entries = [entry for entry in load_registry().all() if entry.plugin == "harness_architectures"]
    assert [(entry.component.kind, entry.component.name) for entry in entries] == [
        ("model", name)
        for name in ("cgc", "cross_stitch", "dselect_k", "mmoe", "mtan", "ple", "sluice", "soft_sharing")
    ]
    assert all(entry.component.source for entry in entries)


def test_listing_imports_nothing_heavy():
    code = (
        "import sys, harness_architectures as plugin\n"
        "assert len(plugin.harness_models()) == 8\n"
        "print([name for name in ('torch', 'numpy', 'librosa') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class Both(ModelContract):
    """The contract on a small picture, and on an odd one."""

    input_shapes = ((1, 16, 15), (2, 9, 4))


def contract(name, **parameters):
    return type(name, (Both,), {"record": RECORDS[name], "parameters": SMALL | parameters})


TestSoftSharing = contract("soft_sharing")
TestSoftSharingOwn = contract("soft_sharing", start="own", norm="group")
TestCrossStitch = contract("cross_stitch")
TestCrossStitchBlocks = contract("cross_stitch", units="block", base="dnn", start="own")
TestSluice = contract("sluice")
TestSluiceDense = contract("sluice", base="dnn", norm="none")
TestMmoe = contract("mmoe", experts=2)
TestMmoeMean = contract("mmoe", experts=2, base="dnn", gate_input="mean")
TestCgc = contract("cgc")
TestCgcMore = contract("cgc", base="dnn", shared_experts=2, own_experts=2)
TestPle = contract("ple")
TestPleMean = contract("ple", gate_input="mean", own_experts=2, norm="shared")
TestPleDense = contract("ple", base="dnn")
TestMtan = contract("mtan")
TestMtanDense = contract("mtan", base="dnn", norm="none")
TestDselectK = contract("dselect_k")
TestDselectKTask = contract("dselect_k", routing="task", experts=3, k=1, base="dnn")


@pytest.mark.parametrize("name", RECORDS)
def test_pictures_have_no_place_in_a_dnn(name):
    with pytest.raises(ValueError, match="base dnn has no growth, pool; allowed with base cnn alone"):
        RECORDS[name].parameters(base="dnn", growth="none", pool="avg")
