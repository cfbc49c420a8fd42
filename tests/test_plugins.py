"""The plugin host: what it takes, what it refuses, and that a broken plugin does not take others with it."""

import subprocess
import sys
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from harness.api import FeatureRecord, ModelRecord
from harness.errors import PluginError, UnknownComponentError
from harness.plugins import HOOKS, KINDS, Registered, Registry, build_registry

GOOD = """
from harness.api import ModelRecord, hookimpl

@hookimpl
def harness_models():
    return [ModelRecord(name="good", factory="nowhere:Net", summary="fine")]
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """Write a plugin module and return its entry point."""
    monkeypatch.syspath_prepend(tmp_path)
    written = []

    def _plugin(name: str, source: str) -> EntryPoint:
        (tmp_path / f"{name}.py").write_text(source)
        written.append(name)
        return EntryPoint(name=name, value=name, group="harness")

    yield _plugin
    for name in written:
        sys.modules.pop(name, None)


def hook(body: str, name: str = "harness_models", mark: str = "@hookimpl") -> str:
    return (
        f"from harness.api import *\nfrom harness.api import hookimpl\n\n{mark}\ndef {name}():\n    {body}\n"
    )


def failure_of(point: EntryPoint) -> str:
    registry = build_registry([point])
    assert registry.components == {}
    (failure,) = registry.failures
    assert failure.plugin == point.name
    return failure.error


def test_broken_import_is_isolated_and_keeps_its_traceback(plugin):
    broken = plugin("broken_plugin", "import math\n\nraise RuntimeError('no licence key')\n")
    registry = build_registry([broken, plugin("good_plugin", GOOD)])
    assert registry.names("model") == ["good"]
    (failure,) = registry.failures
    assert failure.error == "RuntimeError: no licence key"
    assert 'broken_plugin.py", line 3' in failure.traceback


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "import a_module_that_is_not_there\n",
            "ModuleNotFoundError: No module named 'a_module_that_is_not_there'",
        ),
        ("def broken(:\n", "SyntaxError"),
        ("import sys\nsys.exit('stop')\n", "SystemExit: stop"),
        (hook("raise ValueError('in the hook')"), "ValueError: in the hook"),
    ],
)
def test_whatever_a_plugin_raises_is_recorded(plugin, source, message):
    assert message in failure_of(plugin("broken_plugin", source))


def test_module_that_does_not_exist(plugin):
    assert "ModuleNotFoundError" in failure_of(EntryPoint(name="gone", value="gone_plugin", group="harness"))


def test_unknown_hook_has_a_near_name(plugin):
    error = failure_of(plugin("hooky", hook("return []", name="harness_model")))
    assert (
        "implements unknown hook 'harness_model' (did you mean 'harness_models'?); allowed: harness_datasets"
        in error
    )


def test_hook_with_an_argument(plugin):
    source = "from harness.api import hookimpl\n\n@hookimpl\ndef harness_models(config):\n    return []\n"
    assert "hook 'harness_models' of plugin 'hooky' takes no arguments, found config" in failure_of(
        plugin("hooky", source)
    )


def test_forgotten_mark(plugin):
    error = failure_of(plugin("hooky", hook("return []", mark="")))
    assert "'harness_models' of plugin 'hooky' is not marked with @harness.api.hookimpl" in error


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("pass", "must return a list of ModelRecord, found NoneType"),
        (
            "return ModelRecord(name='x', factory='a:B')",
            "must return a list of ModelRecord, found ModelRecord",
        ),
        ("return ['cnn']", "must return ModelRecord records, found str"),
        (
            "return [FeatureRecord(name='x', factory='a:B')]",
            "must return ModelRecord records, found FeatureRecord",
        ),
        ("return [ModelRecord(name='', factory='a:B')]", "needs a name"),
        (
            "return [ModelRecord(name='x', factory='a.B')]",
            "factory must be callable or 'package.module:Name', found 'a.B'",
        ),
        (
            "return [ModelRecord(name='x', factory='a:B', parameters=dict)]",
            "must be a subclass of harness.api.Parameters",
        ),
        ("return [ModelRecord(name='x', factory='a:B')] * 2", "plugin 'hooky' offers model 'x' twice"),
    ],
)
def test_hook_that_returns_something_else(plugin, body, message):
    assert message in failure_of(plugin("hooky", hook(body)))


def test_entry_point_that_is_no_module(plugin):
    plugin("with_class", "class Thing:\n    pass\n")
    point = EntryPoint(name="thing", value="with_class:Thing", group="harness")
    assert "must name a module, found type" in failure_of(point)


def test_component_of_two_plugins_is_taken_from_the_first_alone(plugin):
    second = GOOD.replace(
        '[ModelRecord(name="good"', '[ModelRecord(name="other", factory="a:B"), ModelRecord(name="good"'
    )
    registry = build_registry([plugin("b_plugin", second), plugin("a_plugin", GOOD)])
    assert registry.names("model") == ["good"], "a plugin is taken whole or not at all"
    assert registry.get("model", "good").plugin == "a_plugin"
    (failure,) = registry.failures
    assert (
        "model 'good' of plugin 'b_plugin' (unknown) is already offered by plugin 'a_plugin'" in failure.error
    )


def test_strict_plugins_raise_at_once(plugin, monkeypatch):
    broken = plugin("broken_plugin", "raise RuntimeError('no licence key')\n")
    monkeypatch.setenv("HARNESS_STRICT_PLUGINS", "1")
    with pytest.raises(RuntimeError, match="no licence key"):
        build_registry([broken])


def test_first_party_plugins_come_first(plugin):
    third = plugin("a_plugin", GOOD)
    first = plugin("z_plugin", GOOD)
    vars(first)["dist"] = SimpleNamespace(name="mtl-harness", version="1")
    registry = build_registry([third, first])
    assert registry.get("model", "good").distribution == "mtl-harness"


def test_unknown_component_names_what_is_near_allowed_and_broken(plugin):
    registry = build_registry([plugin("good_plugin", GOOD), plugin("broken_plugin", "raise OSError\n")])
    with pytest.raises(UnknownComponentError) as caught:
        registry.get("model", "goood")
    assert str(caught.value) == (
        "unknown model 'goood' (did you mean 'good'?); allowed: good;"
        " plugins that failed to load: broken_plugin (see 'harness plugins list')"
    )


def test_registry_sorts_and_refuses_duplicates():
    registry = Registry()
    for name in ("b", "a"):
        registry.add(Registered(ModelRecord(name=name, factory="x:Y"), "p", "d", "1"))
    registry.add(Registered(FeatureRecord(name="a", factory="x:Y"), "p", "d", "1"))
    assert [(e.component.kind, e.component.name) for e in registry.all()] == [
        ("feature", "a"),
        ("model", "a"),
        ("model", "b"),
    ]
    assert [e.component.name for e in registry.all("model")] == registry.names("model") == ["a", "b"]
    with pytest.raises(PluginError, match="offers model 'a' twice"):
        registry.add(Registered(ModelRecord(name="a", factory="x:Y"), "p", "d", "1"))


def test_every_hook_has_a_kind_of_record():
    assert len(KINDS) == len(set(KINDS)) == len(HOOKS) + 1  # a term comes by the hook of the losses
    assert {"dataset", "feature", "model", "combiner", "loss", "metric", "tracker"} <= set(KINDS)


def test_discovery_loads_nothing_heavy():
    code = (
        "import sys; from harness.plugins import load_registry; assert load_registry().components;"
        "print([m for m in ('torch', 'pandas', 'numpy', 'scipy') if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
