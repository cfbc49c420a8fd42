"""What a plugin module must look like, and the components that its hooks return."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pluggy

from harness import hookspecs
from harness.errors import PluginError, did_you_mean
from harness.records import Component, Parameters, TermRecord

HOOKS = tuple(name for name in vars(hookspecs) if name.startswith("harness_"))
#: The record that each hook returns, as its specification says.
RECORDS: dict[str, type[Component]] = {
    hook: get_args(get_type_hints(getattr(hookspecs, hook))["return"])[0] for hook in HOOKS
}
KINDS = (*(record.kind for record in RECORDS.values()), TermRecord.kind)


def components_of(plugin: ModuleType, name: str) -> list[Component]:
    """Check a plugin's hooks against the specifications and return what they offer.

    Raises:
        PluginError: an unknown hook, a hook with arguments, a forgotten mark, or something that is no record.
    """
    if not inspect.ismodule(plugin):
        raise PluginError(f"entry point {name!r} must name a module, found {type(plugin).__name__}")
    _check_hooks(plugin, name)
    manager = pluggy.PluginManager("harness")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin, name)
    return [
        component
        for hook in HOOKS
        for implementation in getattr(manager.hook, hook).get_hookimpls()
        for component in _checked(implementation.function(), hook, name)
    ]


def _check_hooks(plugin: ModuleType, name: str) -> None:
    for attribute, value in vars(plugin).items():
        marked = getattr(value, "harness_impl", None) is not None
        if marked and attribute not in HOOKS:
            near = did_you_mean(attribute, HOOKS)
            allowed = ", ".join(HOOKS)
            raise PluginError(
                f"plugin {name!r} implements unknown hook {attribute!r}{near}; allowed: {allowed}"
            )
        if marked and (found := list(inspect.signature(value).parameters)):
            raise PluginError(
                f"hook {attribute!r} of plugin {name!r} takes no arguments, found {', '.join(found)}"
            )
        if not marked and attribute in HOOKS and inspect.isfunction(value):
            raise PluginError(f"{attribute!r} of plugin {name!r} is not marked with @harness.api.hookimpl")


def _checked(records: Any, hook: str, name: str) -> list[Component]:
    expected = RECORDS[hook]
    if not isinstance(records, (list, tuple)):
        raise PluginError(
            f"{hook} of plugin {name!r} must return a list of {expected.__name__},"
            f" found {type(records).__name__}"
        )
    for record in records:
        if not isinstance(record, expected):
            found = type(record).__name__
            raise PluginError(
                f"{hook} of plugin {name!r} must return {expected.__name__} records, found {found}"
            )
        _check_record(record, name)
    return list(records)


def _check_record(record: Component, name: str) -> None:
    what = f"{record.kind} {record.name!r} of plugin {name!r}"
    if not isinstance(record.name, str) or not record.name.strip():
        raise PluginError(f"{what} needs a name")
    if not (isinstance(record.parameters, type) and issubclass(record.parameters, Parameters)):
        raise PluginError(
            f"{what}: parameters must be a subclass of harness.api.Parameters, found {record.parameters!r}"
        )
    path = isinstance(record.factory, str) and all(record.factory.partition(":"))
    if not (path or callable(record.factory)):
        raise PluginError(
            f"{what}: factory must be callable or 'package.module:Name', found {record.factory!r}"
        )
