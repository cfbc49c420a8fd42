"""The docstring of a factory, read from its source file: showing a component must not import torch."""

from __future__ import annotations

import ast
import importlib.util
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any


def factory_docstring(factory: Callable[..., Any] | str) -> str:
    """Return the docstring of a factory, given itself or as ``"package.module:Name"``, or an empty text."""
    if not isinstance(factory, str):
        return inspect.getdoc(factory) or ""
    module, _, name = factory.partition(":")
    tree = _source_tree(module)
    for node in tree.body if tree is not None else ():
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == name:
            return ast.get_docstring(node) or ""
    return ""


def _source_tree(module: str) -> ast.Module | None:
    path = _source_path(module)
    if path is None:
        return None
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None


def _source_path(module: str) -> Path | None:
    """Return the file of a module, found from its top package without importing what lies between."""
    top, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    if spec is None or spec.origin is None:
        return None
    if not rest:
        return Path(spec.origin)
    base = Path(spec.origin).parent.joinpath(*rest)
    candidates = (base.with_suffix(".py"), base / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)
