"""The search space of a study file as Optuna distributions, and where each hyperparameter goes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.keys import canonical_json

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Space = Mapping[str, Any]


def distributions(space: Space) -> dict[str, BaseDistribution]:
    """Return the distributions of the entries that vary.

    An entry is ``{"log": [low, high]}``, ``{"uniform": [low, high]}``, ``{"int": [low, high]}``,
    ``{"choice": [...]}``, or a fixed scalar, which is left out here and returned by :func:`constants`.
    """
    return {name: _distribution(entry) for name, entry in space.items() if isinstance(entry, Mapping)}


def constants(space: Space) -> dict[str, Any]:
    """Return the entries that are fixed."""
    return {name: entry for name, entry in space.items() if not isinstance(entry, Mapping)}


def centre(space: Space) -> dict[str, Any]:
    """Return the middle of every distribution: geometric for ``log``, the first of a ``choice``."""
    return {name: _middle(entry) for name, entry in space.items() if isinstance(entry, Mapping)}


def grid(space: Space) -> list[dict[str, Any]]:
    """Return every combination of the choices, in the order of the study file; the last entry varies first.

    The first one is the :func:`centre`. Raises ``ValueError`` where an entry that varies is no ``choice``.
    """
    varied = {name: _parts(entry) for name, entry in space.items() if isinstance(entry, Mapping)}
    other = [name for name, (kind, _) in varied.items() if kind != "choice"]
    if other:
        raise ValueError(f"a grid is made of choices; found another distribution of {', '.join(other)}")
    choices = [values for _, values in varied.values()]
    return [dict(zip(varied, values, strict=True)) for values in itertools.product(*choices)]


def without_unknown(space: Space, known: set[str]) -> dict[str, Any]:
    """Return the entries that a cell knows; the others belong to models or combiners that it does not use."""
    return {name: entry for name, entry in space.items() if name in known}


def _distribution(entry: Mapping[str, Any]) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    kind, bounds = _parts(entry)
    if kind == "choice":
        return CategoricalDistribution(bounds)
    if kind == "int":
        return IntDistribution(int(bounds[0]), int(bounds[1]))
    return FloatDistribution(float(bounds[0]), float(bounds[1]), log=kind == "log")


def _middle(entry: Mapping[str, Any]) -> Any:
    kind, bounds = _parts(entry)
    if kind == "choice":
        return bounds[0]
    low, high = bounds
    if kind == "int":
        return (int(low) + int(high)) // 2
    return (low * high) ** 0.5 if kind == "log" else (low + high) / 2


def _parts(entry: Mapping[str, Any]) -> tuple[str, Any]:
    if len(entry) != 1:
        raise ValueError(
            f"a distribution has one key (log, uniform, int or choice), found {canonical_json(entry)}"
        )
    return next(iter(entry.items()))
