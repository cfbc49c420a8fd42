"""The records of harness_combiners by name, and the solvers that some of them need."""

from importlib.util import find_spec

import pytest

import harness_combiners

RECORDS = {record.name: record for record in harness_combiners.harness_combiners()}

#: Packages of the extra ``gpl``.
SOLVERS = {
    "upgrad": ("qpsolvers", "quadprog"),
    "dualproj": ("qpsolvers", "quadprog"),
}


def can_be_built(name: str) -> bool:
    return all(find_spec(package) for package in SOLVERS.get(name, ()))


def skip_without_solver(name: str) -> None:
    """Skip a test of a combiner whose solver is not installed."""
    for package in SOLVERS.get(name, ()):
        pytest.importorskip(package, reason=f"{name} needs {package}, of the extra gpl")
