"""Plugins and packages that are broken, missing or too old."""

from __future__ import annotations

import pytest

from harness.api import CheckRecord, Finding
from harness.doctor import packages
from harness.doctor.packages import check_packages, check_python
from harness.doctor.plugin_health import check_components, check_plugins
from harness.plugins import PluginFailure, Registered, Registry


def test_a_broken_plugin_is_a_problem():
    failure = PluginFailure("mine", "my-plugin", "1.2", "ImportError: no module named 'x'", "Traceback …")
    found = list(check_plugins(Registry(failures=[failure])))
    assert found[0].status == "problem"
    assert found[0].check == "plugin mine"
    assert "my-plugin 1.2 does not load: ImportError: no module named 'x'" in found[0].found
    assert "harness plugins list" in found[0].advice


def registry_with(check) -> Registry:
    record = CheckRecord(name="library", factory=check, summary="for tests")
    return Registry(components={("check", "library"): Registered(record, "mine", "my-plugin", "1.2")})


def test_checks_of_plugins_are_asked():
    finding = Finding(check="library", status="problem", found="gone", advice="get it")
    assert list(check_components(registry_with(lambda parameters: finding))) == [finding]


def test_a_check_that_raises_is_a_problem_itself():
    (found,) = check_components(registry_with(lambda parameters: 1 / 0))
    assert found.status == "problem"
    assert "ZeroDivisionError" in found.found
    assert "my-plugin" in found.advice


def test_python_and_packages_of_this_machine():
    assert check_python().status == "ok"
    found = {finding.check: finding for finding in check_packages()}
    assert {"torch", "torchjd", "optuna", "statsmodels"} <= set(found)
    assert all(finding.status == "ok" for finding in found.values())
    assert not {"ray", "pytest", "tensorboard"} & set(found), "packages of extras are nobody's problem"


@pytest.mark.parametrize(
    ("there", "message"), [("4.9", "4.9, but <6,>=5 is needed"), (None, "not installed")]
)
def test_wrong_and_missing_packages_are_problems(monkeypatch, there, message):
    real = packages.version

    def version(name: str) -> str:
        if name != "optuna":
            return real(name)
        if there is None:
            raise packages.PackageNotFoundError(name)
        return there

    monkeypatch.setattr(packages, "version", version)
    found = {finding.check: finding for finding in check_packages()}
    assert found["optuna"].status == "problem"
    assert found["optuna"].found == message
    assert "constraints.txt" in found["optuna"].advice
