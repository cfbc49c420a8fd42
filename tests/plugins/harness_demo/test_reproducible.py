"""The clips are the same to the byte on every machine: hashes taken once, compared ever after.

They hold for the library versions named here, on x86-64. A change of the package that changes them changes
everybody's results: that must be wanted, and the new hashes are taken in the same commit.
"""

import hashlib
import platform

import pytest

import harness_demo
from harness.api import PluginError
from harness_demo import libraries
from tests.plugins.harness_demo.helpers import context, hashes

# ``synthetic`` needs no package, and has tests of its own
RECORDS = {record.name: record for record in harness_demo.harness_datasets() if record.name != "synthetic"}
VERSIONS = {
    "pretty_midi": "0.2.11.post0",
    "midirenderer": "0.1.3",
    "espeakng-loader": "0.2.4",
    "soxr": "1.1.0",
}
EXPECTED = {
    "notes": "5d96f093c0531f0c",
    "percussion": "12a74c50a1f7cf08",
    "speech": "db105d798099446e",
}


def usable():
    try:
        return platform.machine() == "x86_64" and libraries.versions("any", VERSIONS) == VERSIONS
    except PluginError:
        return False


@pytest.mark.skipif(not usable(), reason=f"hashes were taken on x86-64 with {VERSIONS}")
@pytest.mark.parametrize("name", sorted(RECORDS))
def test_bytes_are_those_of_every_other_machine(name, tmp_path):
    record = RECORDS[name]
    found = hashes(record.build(record.parameters(n_clips=12, seed=5), context(tmp_path)))
    assert hashlib.sha256("".join(found.values()).encode()).hexdigest()[:16] == EXPECTED[name]
