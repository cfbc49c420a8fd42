"""The doctor's words on the libraries of the embedded data."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from harness.api import Parameters, PluginError
from harness_demo import checks


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(checks, "version", lambda name: "1.0")


def test_a_missing_library_of_espeak_is_a_problem(monkeypatch, installed, tmp_path):
    loader = SimpleNamespace(
        get_library_path=lambda: str(tmp_path / "libespeak-ng.so"), get_data_path=lambda: str(tmp_path)
    )
    monkeypatch.setattr(checks, "load", lambda name: loader)
    finding = checks.espeak(Parameters())
    assert finding.status == "problem"
    assert "libespeak-ng.so" in finding.found
    assert "pip install --force-reinstall espeakng-loader" in finding.advice


def test_missing_voices_are_a_problem(monkeypatch, installed, tmp_path):
    loader = SimpleNamespace(get_library_path=lambda: "lib", get_data_path=lambda: str(tmp_path))
    monkeypatch.setattr(checks, "load", lambda name: loader)
    monkeypatch.setattr(checks.ctypes, "CDLL", lambda path: None)
    assert "no voices in" in checks.espeak(Parameters()).found


@pytest.mark.parametrize("check", [checks.espeak, checks.rendering])
def test_an_extra_that_is_not_installed_is_a_note(monkeypatch, check):
    def version(name: str) -> str:
        raise checks.PackageNotFoundError(name)

    monkeypatch.setattr(checks, "version", version)
    finding = check(Parameters())
    assert finding.status == "note"
    assert "mtl-harness[demo]" in finding.advice


def test_a_renderer_that_does_not_import_is_a_problem(monkeypatch, installed):
    def load(name: str):
        raise PluginError(f"cannot import {name!r}")

    monkeypatch.setattr(checks, "load", load)
    assert checks.rendering(Parameters()).status == "problem"
