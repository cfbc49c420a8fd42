import subprocess
import sys

import pytest

import harness_demo
from harness.plugins import load_registry
from tests.plugins.harness_demo.helpers import context

RECORDS = {record.name: record for record in harness_demo.harness_datasets()}


def test_offered_through_the_entry_point():
    offered = [
        entry.component.name for entry in load_registry().all("dataset") if entry.plugin == "harness_demo"
    ]
    assert offered == ["notes", "percussion", "speech", "synthetic"]


def test_listing_imports_nothing_heavy():
    heavy = "{'torch', 'numpy', 'pandas', 'scipy', 'soxr', 'soundfile', 'pretty_midi', 'midirenderer'}"
    code = f"import sys, harness_demo; harness_demo.harness_datasets(); print({heavy} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_record_agrees_with_the_data_set(name, tmp_path):
    pytest.importorskip("pretty_midi")
    pytest.importorskip("espeakng_loader")
    record = RECORDS[name]
    dataset = record.build(record.parameters(), context(tmp_path))
    assert tuple(task.name for task in dataset.tasks) == record.tasks
    assert dataset.licence == record.licence


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_called_rendered_or_synthesised_wherever_it_is_shown(name, tmp_path):
    record = RECORDS[name]
    dataset = record.resolve()
    for text in (record.summary, record.licence, dataset.licence, dataset.citation):
        assert any(word in text.lower() for word in ("rendered", "synthesised")), text
