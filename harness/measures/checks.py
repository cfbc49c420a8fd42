"""What every measure asks of its arrays."""

from __future__ import annotations

import numpy as np


def samples(values: np.ndarray, name: str, at_least: int) -> np.ndarray:
    """Return ``values`` as float64 ``[n, p]``.

    Raises:
        ValueError: not two axes, fewer than ``at_least`` samples, no feature, or values that are not finite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"{name}: found the shape {array.shape}, allowed is [samples, features]")
    if len(array) < at_least:
        raise ValueError(f"{name}: found {len(array)} samples, at least {at_least} are needed")
    return finite(array, name)


def finite(array: np.ndarray, name: str) -> np.ndarray:
    """Return ``array``, whose values must all be finite."""
    wrong = int((~np.isfinite(array)).sum())
    if wrong:
        raise ValueError(f"{name}: {wrong} of {array.size} values are not finite")
    return array


def matched(x: np.ndarray, y: np.ndarray, names: tuple[str, str]) -> None:
    """Both must have the same number of samples."""
    if len(x) != len(y):
        raise ValueError(f"{names[0]} and {names[1]}: found {len(x)} and {len(y)} samples, not as many")


def classes(labels: np.ndarray, n: int) -> np.ndarray:
    """Return integer labels ``[n]`` of at least two classes."""
    array = np.asarray(labels)
    if array.shape != (n,) or array.dtype.kind not in "iu":
        raise ValueError(f"labels: found {array.dtype} of shape {array.shape}, allowed are {n} integers")
    if n and array.min() < 0:
        raise ValueError(f"labels: found {array.min()}, allowed are classes from 0")
    if len(np.unique(array)) < 2:
        raise ValueError("labels: all samples have one class, at least two are needed")
    return array
