"""Plugins that were written for another API are left out, and it is said why."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint

import pytest

from harness.api import HARNESS_API_VERSION
from harness.doctor.plugin_health import check_plugins
from harness.plugin_api import api_mismatch, stated_in_source
from harness.plugins import Registry, build_registry

HOOK = """
from harness.api import ModelRecord, hookimpl

@hookimpl
def harness_models():
    return [ModelRecord(name="net", factory="nowhere:Net", summary="fine")]
"""
MAJOR, MINOR = map(int, HARNESS_API_VERSION.split("."))


@pytest.fixture
def load(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    names: list[str] = []

    def load(source: str) -> Registry:
        names.append(f"api_plugin_{len(names)}")
        (tmp_path / f"{names[-1]}.py").write_text(source)
        return build_registry([EntryPoint(name="mine", value=names[-1], group="harness")])

    yield load
    for name in names:
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    "stated", ["", f'HARNESS_API = "{HARNESS_API_VERSION}"\n', f'HARNESS_API = "{MAJOR}.0"\n']
)
def test_the_same_api_an_older_minor_one_and_none_are_taken(load, stated):
    registry = load(stated + HOOK)
    assert registry.names("model") == ["net"]
    assert not registry.failures


@pytest.mark.parametrize(
    ("stated", "advice"),
    [
        (f"{MAJOR}.{MINOR + 1}", "update mtl-harness"),
        (f"{MAJOR + 1}.0", "update mtl-harness"),
        (f"{MAJOR - 1}.9", "install a newer version of the plugin"),
    ],
)
def test_another_api_is_refused_with_an_advice(load, stated, advice):
    (failure,) = load(f'HARNESS_API = "{stated}"\n' + HOOK).failures
    assert (
        f"'mine' was written for API {stated}, and this harness offers {HARNESS_API_VERSION}" in failure.error
    )
    assert advice in failure.error


@pytest.mark.parametrize("stated", ["1", 1, 1.0, "one.two", "1.0.0", ""])
def test_what_is_no_version_is_refused(stated):
    assert f'found HARNESS_API = {stated!r}, expected "major.minor"' in api_mismatch(stated, "mine")


def test_a_later_api_is_the_reason_why_a_plugin_cannot_be_imported(load):
    """What it imports is not there yet; the statement is read from the source."""
    (failure,) = load(f'from harness.api import TimeMachineRecord\nHARNESS_API = "{MAJOR + 1}.0"\n').failures
    assert f"written for API {MAJOR + 1}.0" in failure.error
    assert "cannot import name 'TimeMachineRecord'" in failure.error
    assert "TimeMachineRecord" in failure.traceback


def test_other_failures_are_told_as_they_are(load):
    (failure,) = load(f'HARNESS_API = "{HARNESS_API_VERSION}"\nimport no_such_module\n').failures
    assert failure.error == "ModuleNotFoundError: No module named 'no_such_module'"


@pytest.mark.parametrize("source", ["HARNESS_API = (\n", "HARNESS_API = 'a' + 'b'\n", "x = 1\n"])
def test_sources_that_state_nothing_plain(tmp_path, monkeypatch, source):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "unread.py").write_text(source)
    assert stated_in_source("unread") is None
    assert stated_in_source("no_such_module") is None
    assert "unread" not in sys.modules


def test_the_doctor_tells_it(load):
    registry = load(f'HARNESS_API = "{MAJOR + 1}.0"\n' + HOOK)
    found = next(iter(check_plugins(registry)))
    assert found.status == "problem"
    assert f"written for API {MAJOR + 1}.0" in found.found
