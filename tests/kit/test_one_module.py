"""A module in a folder becomes a plugin, in this process and in others, and is read anew when it changes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from harness.errors import HarnessError
from harness.kit.one_module import offer_module
from harness.plugins import load_registry

HOOKS = """
from harness.api import ModelRecord, hookimpl

@hookimpl
def harness_models():
    return [ModelRecord(name="{name}", factory="tried_parts_torch:Net", summary="fine")]
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    (tmp_path / "tried_parts_torch.py").write_text("class Net: pass\n")
    (tmp_path / "tried_parts.py").write_text(HOOKS.format(name="first"))
    yield tmp_path / "tried_parts.py"
    for name in ("tried_parts", "tried_parts_torch"):
        sys.modules.pop(name, None)
    load_registry.cache_clear()


def test_it_is_offered_here_and_in_processes_that_are_started(module):
    version = offer_module(module)
    entry = load_registry().get("model", "first")
    assert (entry.distribution, entry.version) == ("tried_parts", version)
    assert entry.component.resolve().__name__ == "Net"
    code = "from harness.plugins import load_registry; print(load_registry().get('model', 'first').version)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == version, done.stderr


def test_a_change_is_seen_and_changes_the_version(module):
    other = module.parent / "tried_parts_torch.py"
    first = offer_module(module, other)
    assert offer_module(module, other) == first
    module.write_text(HOOKS.format(name="second"))
    second = offer_module(module, other)
    assert load_registry().get("model", "second").version == second != first
    assert "first" not in load_registry().names("model")
    other.write_text("class Net: depth = 2\n")
    assert offer_module(module, other) not in (first, second)
    assert load_registry().get("model", "second").component.resolve().depth == 2
    assert len(list(module.parent.glob("*.dist-info"))) == 1


@pytest.mark.parametrize("name", ["none.py", "my-parts.py", "parts.txt"])
def test_what_cannot_be_imported_is_refused(tmp_path, name):
    if name != "none.py":
        (tmp_path / name).touch()
    with pytest.raises(HarnessError, match="a file whose name can be imported"):
        offer_module(tmp_path / name)
