"""Versions of Python and of what the harness needs."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires, version

from packaging.requirements import Requirement

from harness.doctor.finding import Finding, ok, problem

DISTRIBUTION = "mtl-harness"


def check_python() -> Finding:
    """Return the version of Python, which must be one that the distribution allows."""
    found, wanted = platform.python_version(), distribution(DISTRIBUTION).metadata["Requires-Python"]
    if sys.version_info < tuple(map(int, re.findall(r"\d+", wanted)[:2])):
        return problem("python", found, f"install Python {wanted}")
    return ok("python", f"{found} on {platform.system()} {platform.machine()}")


def check_packages() -> Iterator[Finding]:
    """Yield the harness's own version and each package that it needs, with the version that is there."""
    yield ok(DISTRIBUTION, version(DISTRIBUTION))
    for requirement in _needed():
        yield _check(requirement)


def _needed() -> list[Requirement]:
    all_of_them = [Requirement(text) for text in requires(DISTRIBUTION) or []]
    return [one for one in all_of_them if one.marker is None or one.marker.evaluate({"extra": ""})]


def _check(requirement: Requirement) -> Finding:
    advice = "install what the harness was tested with: pip install -c constraints.txt mtl-harness"
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return problem(requirement.name, "not installed", advice)
    if not requirement.specifier.contains(found, prereleases=True):
        return problem(requirement.name, f"{found}, but {requirement.specifier} is needed", advice)
    return ok(requirement.name, found)
