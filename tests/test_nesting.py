"""Components that are made of others: which, with which versions, and what follows for keys."""

from dataclasses import replace

import pytest

from harness import nesting
from harness.config import load_study_file
from harness.data.bank import bank_key
from harness.data.catalog import prepare_catalog
from harness.errors import UnknownComponentError
from harness.features.parameters import StackParameters
from harness.nesting import nested_entries, versions_of
from harness.plugins import Registry, load_registry
from harness.schedule.cells import enumerate_cells
from harness.schedule.prepare import prepare
from harness.schedule.units import UnitFactory
from tests.data.helpers import LETTER, ListDataset, Options, registered, tone_clips
from tests.endtoend.corpus import write_study

PART = "{name: log_mel, n_fft: 256}"
INNER = f"{{name: stack, parts: [{PART}, mfcc], size: [9, 9]}}"


def other_version(name="log_mel", version="3"):
    """The installed components, one of them from another distribution."""
    components = dict(load_registry().components)
    components["feature", name] = replace(components["feature", name], distribution="other", version=version)
    return Registry(components)


def test_parts_and_their_parts_are_found_in_order():
    stack = load_registry().get("feature", "stack")
    parameters = StackParameters.model_validate(
        {"parts": [{"name": "log_mel"}, {"name": "stack", "parts": ["mfcc", {"name": "log_mel"}]}]}
    )
    names = [name for name, _, _ in versions_of(nested_entries(stack, parameters))]
    assert names == ["log_mel", "stack", "mfcc", "log_mel"]
    assert nested_entries(load_registry().get("feature", "mfcc"), {}) == []
    with pytest.raises(UnknownComponentError, match="did you mean 'mfcc'"):
        nested_entries(stack, {"parts": ["mfc"]})


def test_a_parts_version_is_in_the_key_of_the_bank(tmp_path, monkeypatch):
    dataset = ListDataset(tone_clips(4), (LETTER,))
    catalog = prepare_catalog("data", registered(dataset), {}, root=None, options=Options(tmp_path))
    stack, parameters = load_registry().get("feature", "stack"), StackParameters(parts=("mfcc", "log_mel"))
    keys = {bank_key(catalog, stack, parameters)}
    for version in ("3", "4"):
        monkeypatch.setattr(nesting, "load_registry", lambda version=version: other_version(version=version))
        keys.add(bank_key(catalog, stack, parameters))
    assert len(keys) == 3


def test_a_parts_version_is_in_the_unit_and_its_key(tmp_path):
    feature = (
        f"features=[{{name: stack, sample_rate: 8000, clip_s: 0.25, parts: [{PART}, {INNER}], size: [9, 9]}}]"
    )
    config = load_study_file(write_study(tmp_path, ("pitch",)), [feature])
    keys = set()
    for registry in (load_registry(), other_version("mfcc"), other_version("mfcc", "4")):
        prepared = prepare(config, registry, lambda *a: None)
        units = UnitFactory(prepared)
        unit = units.unit(enumerate_cells(prepared.config)[0], 0, {"lr": 0.01}, 0)
        keys.add(unit["key"])
        mfcc = registry.get("feature", "mfcc")
        assert unit["plugins"].get("other") == (mfcc.version if mfcc.distribution == "other" else None)
    assert len(keys) == 3
