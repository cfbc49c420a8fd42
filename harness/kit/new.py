"""Writes the package of a new plugin."""

from __future__ import annotations

import keyword
import re
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from harness.api import HARNESS_API_VERSION
from harness.errors import UsageError

#: Where each template goes; ``{package}`` is the import package.
PLACES = {
    "pyproject.toml.tmpl": "pyproject.toml",
    "README.md.tmpl": "README.md",
    "study.yaml.tmpl": "study.yaml",
    "package/init.py.tmpl": "{package}/__init__.py",
    "package/parameters.py.tmpl": "{package}/parameters.py",
    "package/dataset.py.tmpl": "{package}/dataset.py",
    "package/feature.py.tmpl": "{package}/feature.py",
    "package/model.py.tmpl": "{package}/model.py",
    "package/combiner.py.tmpl": "{package}/combiner.py",
    "tests/test_contracts.py.tmpl": "tests/test_contracts.py",
    "workflow/test.yml.tmpl": ".github/workflows/test.yml",
}
NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


def write_package(name: str, parent: Path) -> list[Path]:
    """Write the package ``name`` into a new directory of this name in ``parent``, and return its files.

    Raises:
        UsageError: a name that cannot be one of a distribution and of a module, or a directory that is there.
    """
    values = names_of(name)
    directory = parent / name
    if directory.exists():
        raise UsageError(f"{directory} exists; choose another name, or remove it first")
    written = []
    for template, place in PLACES.items():
        path = directory / place.format(**values)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(_template(template).read_text()).substitute(values))
        written.append(path)
    return written


def names_of(name: str) -> dict[str, str]:
    """Return what the templates call a plugin: its distribution, its module, and the prefix of its components."""
    if not NAME.fullmatch(name):
        raise UsageError(
            f"found the name {name!r}; allowed: lower-case letters, digits, and single - or _ between them, "
            "beginning with a letter"
        )
    package = name.replace("-", "_")
    if keyword.iskeyword(package) or package in ("harness", "tests", "test"):
        raise UsageError(
            f"{name!r} cannot be the name of a plugin: Python or the harness has it; choose another"
        )
    return {
        "distribution": name.replace("_", "-"),
        "package": package,
        "prefix": package,
        "harness_version": version("mtl-harness"),
        "api": HARNESS_API_VERSION,
    }


def _template(path: str) -> Traversable:
    return files("harness.kit").joinpath("templates", *path.split("/"))
