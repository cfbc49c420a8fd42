"""Whether a plugin was written for an API that this harness offers: its ``HARNESS_API = "1.0"``."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.api import HARNESS_API_VERSION
from harness.errors import PluginError

STATEMENT = "HARNESS_API"
VERSION = re.compile(r"(\d+)\.(\d+)")


def check_api(plugin: ModuleType, name: str) -> None:
    """Check what a plugin's module says of the API that it was written for; one that says nothing passes.

    Raises:
        PluginError: another major version, a later minor one, or something that is no version.
    """
    reason = api_mismatch(getattr(plugin, STATEMENT, None), name)
    if reason is not None:
        raise PluginError(reason)


def api_mismatch(stated: Any, name: str) -> str | None:
    """Return why a plugin that states this API cannot be used; ``None`` where it can, or states none."""
    if stated is None:
        return None
    found = VERSION.fullmatch(stated) if isinstance(stated, str) else None
    if found is None:
        expected = f'expected "major.minor" such as "{HARNESS_API_VERSION}"'
        return f"plugin {name!r}: found {STATEMENT} = {stated!r}, {expected}"
    major, minor = map(int, found.groups())
    ours = tuple(map(int, HARNESS_API_VERSION.split(".")))
    if (major, minor) > ours:
        advice = "update mtl-harness, or install an older version of the plugin"
    elif major < ours[0]:
        advice = "install a newer version of the plugin, or an older mtl-harness"
    else:
        return None
    return f"plugin {name!r} was written for API {stated}, and this harness offers {HARNESS_API_VERSION}: {advice}"


def stated_in_source(module: str) -> Any:
    """Return what the source of a module states, without importing it; ``None`` where nothing can be found.

    For a plugin that cannot be imported: what it lacks may be what a later API has.
    """
    try:
        spec = importlib.util.find_spec(module)
        tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8")) if spec and spec.origin else None
    except (ImportError, OSError, SyntaxError, ValueError):
        return None
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.Assign) and any(getattr(to, "id", None) == STATEMENT for to in node.targets):
            return node.value.value if isinstance(node.value, ast.Constant) else None
    return None
