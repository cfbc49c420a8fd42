"""Components that other components list are checked as all others are; lengths by name."""

import json

import pytest

from harness.config import load_study_file
from harness.features.parameters import StackParameters
from harness.plugins import Registered
from harness.records import FeatureRecord
from tests.config.conftest import MelParameters

SMALL = "study: small\ntasks: [tones/pitch, words/digit]\n"


@pytest.fixture
def registry(registry):
    for record in (
        FeatureRecord(name="stack", factory="nowhere:Stack", parameters=StackParameters),
        FeatureRecord(name="mfcc", factory="nowhere:Mfcc", parameters=MelParameters),
    ):
        registry.add(Registered(record, "fake", "fake-dist", "1.0"))
    return registry


def test_parts_get_their_defaults_but_not_what_is_the_stacks(load, tmp_path, registry):
    config = load(
        SMALL + "features: [{name: stack, sample_rate: 4000, parts: [log_mel, {name: mfcc, n_mels: 9}]}]\n"
    )
    parameters = config.features[0].parameters
    assert parameters["sample_rate"] == 4000
    assert parameters["parts"] == [
        {"name": "log_mel", "n_mels": 40, "window": "hann"},
        {"name": "mfcc", "n_mels": 9, "window": "hann"},
    ]
    again = tmp_path / "again.yaml"
    again.write_text(json.dumps(config.to_resolved_dict()))
    assert load_study_file(again, registry=registry).features == config.features


def test_a_part_needs_a_name(mistakes):
    found = mistakes(SMALL + "features:\n- name: stack\n  parts:\n  - mfcc\n  - {n_mels: 3}\n")
    assert found == [
        "7:5: features.0.parts.1: key 'name' is missing (name of a feature)",
    ]


def test_mistakes_in_parts_have_their_places(mistakes):
    found = mistakes(
        SMALL
        + "features:\n- name: stack\n  parts:\n  - {name: log_mell}\n  - {name: mfcc, n_mels: 0}\n"
        + "  - name: log_mel\n    nmels: 4\n    clip_s: 3\n  - mfc\n"
    )
    assert found == [
        "6:12: features.0.parts.0.name: unknown feature 'log_mell' (did you mean 'log_mel'?); allowed: log_mel,"
        " mfcc, stack",
        "7:26: features.0.parts.1.n_mels: found 0, expected at least 1",
        "9:5: features.0.parts.2: unknown key 'nmels' (did you mean 'n_mels'?); allowed: sample_rate, clip_s, fit,"
        " hop_s, n_mels, window",
        "10:5: features.0.parts.2.clip_s: is given once, for all of them together; leave it out here",
        "11:5: features.0.parts.3: unknown feature 'mfc' (did you mean 'mfcc'?); allowed: log_mel, mfcc, stack",
    ]


def test_a_stack_needs_parts(mistakes):
    assert mistakes(SMALL + "features: [{name: stack}]\n") == [
        "3:12: features.0: key 'parts' is missing (features, in order; sample_rate, clip_s, fit and hop_s are those"
        " of the stack)"
    ]
    assert mistakes(SMALL + "features: [{name: stack, parts: []}]\n") == [
        "3:33: features.0.parts: found an empty list, expected at least 1 entries"
    ]


@pytest.mark.parametrize("length", ["min", "median", "max"])
def test_a_length_may_be_named(load, length):
    stack = f"{{name: stack, clip_s: {length}, parts: [mfcc]}}"
    config = load(SMALL + f"features: [{stack}, {{name: mfcc, clip_s: {length}}}]\n")
    assert [use.parameters["clip_s"] for use in config.features] == [length, length]
    assert "clip_s" not in config.features[0].parameters["parts"][0]


def test_an_unknown_length_is_told(mistakes):
    assert mistakes(SMALL + "features: [{name: mfcc, clip_s: maxx, n_mels: 0}]\n") == [
        '3:33: features.0.clip_s: found "maxx", expected a number of seconds or one of: min, median, max (did you mean'
        " 'max'?)",
        "3:47: features.0.n_mels: found 0, expected at least 1",
    ]
