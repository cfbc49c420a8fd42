from importlib.metadata import PackageNotFoundError, version

import pytest

from harness.api import PluginError
from harness_demo import libraries


def test_versions_are_the_installed_ones():
    assert libraries.versions("notes", ["numpy", "soxr"]) == {
        "numpy": version("numpy"),
        "soxr": version("soxr"),
    }


def test_missing_packages_are_named_with_the_way_out(monkeypatch):
    def absent(name):
        if name != "numpy":
            raise PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(libraries, "version", absent)
    with pytest.raises(PluginError) as caught:
        libraries.versions("notes", ["numpy", "pretty_midi", "midirenderer"])
    message = str(caught.value)
    assert "pretty_midi, midirenderer" in message
    assert "numpy" not in message
    assert "pip install 'mtl-harness[demo]'" in message


def test_import_that_fails_says_what_to_install():
    with pytest.raises(PluginError, match=r"cannot import 'no_such_module'.*mtl-harness\[demo\]"):
        libraries.load("no_such_module")
