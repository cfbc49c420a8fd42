"""Solvers under the GPL or LGPL, which the extra ``gpl`` installs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from torchjd.linalg import QuadprogProjector

from harness.api import PluginError

Method = TypeVar("Method")


def with_solver(combiner: str, build: Callable[[], Method]) -> Method:
    """Return ``build()``, a method of TorchJD; raise :class:`PluginError` that names the extra where a solver that it
    needs is not installed.
    """
    try:
        return build()
    except ImportError as error:
        missing = str(error).split(" Install")[0].rstrip(".")
        raise PluginError(
            f"combiner {combiner!r} needs a solver that is not installed here ({missing}); it is under the GPL or LGPL "
            "and comes with an extra: pip install 'mtl-harness[gpl]'"
        ) from error


def projector(combiner: str, regularisation: float) -> QuadprogProjector:
    """Return TorchJD's projector onto where no task is worked against; see :func:`with_solver`."""
    return with_solver(combiner, lambda: QuadprogProjector(reg_eps=regularisation))
