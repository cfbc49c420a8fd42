"""What each clip is: balanced labels and seeded draws that do not depend on how many clips there are.

Draws come from ``numpy.random.RandomState``, whose streams are frozen (NEP 19); those of ``Generator`` may
change with a NumPy release, and the clips are to be the same to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from harness.api import derive_seed

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One clip before it is rendered: its place, labels and groups, and what its renderer needs to know."""

    index: int
    labels: Mapping[str, str]
    group: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    sound: Mapping[str, Any] = field(default_factory=dict)


def draws(seed: int, *names: object) -> np.random.RandomState:
    """Return the stream of random numbers that belongs to ``names``."""
    number = derive_seed(seed, *names)
    return np.random.RandomState([number & 0xFFFFFFFF, number >> 32])


def balanced(levels: Sequence[T], seed: int, *names: object) -> Iterator[T]:
    """Iterate levels without end, each block of ``len(levels)`` a new permutation of all of them.

    After any number of items the levels' counts differ by at most one.
    """
    random = draws(seed, "balanced", *names)
    while True:
        for position in random.permutation(len(levels)):
            yield levels[position]


def crossed(first: Sequence[T], second: Sequence[U], seed: int, *names: object) -> Iterator[tuple[T, U]]:
    """Iterate pairs of levels without end, as rows of Latin squares in random order.

    Each block of ``len(first)`` pairs has every level of ``first`` once and the levels of ``second`` equally
    often; ``len(second)`` blocks have every pair once. ``len(first)`` must be a multiple of ``len(second)``.
    """
    if len(first) % len(second):
        raise ValueError(f"{len(first)} levels cannot be crossed with {len(second)} in equal parts")
    random = draws(seed, "crossed", *names)
    while True:
        column = random.permutation(len(first)) % len(second)
        for turn in range(len(second)):
            for position in random.permutation(len(first)):
                yield first[position], second[(column[position] + turn) % len(second)]


class BalancedDesign:
    """Streams of levels, one for every combination of the levels drawn before.

    ``design.next("digit", DIGITS)``, then ``design.next("voice", VOICES, digit)``: the voices are balanced
    within each digit. Every combination has its own seeded stream, so a longer data set starts with the
    shorter one.
    """

    def __init__(self, seed: int, dataset: str) -> None:
        self.seed, self.dataset = seed, dataset
        self._streams: dict[tuple[str, ...], Iterator[Any]] = {}

    def next(self, factor: str, levels: Sequence[T], *within: str) -> T:
        """Return the next level of ``factor`` within the combination of levels ``within``."""
        key = (factor, *within)
        if key not in self._streams:
            self._streams[key] = balanced(levels, self.seed, self.dataset, *key)
        level: T = next(self._streams[key])
        return level

    def next_pair(self, factors: str, first: Sequence[T], second: Sequence[U], *within: str) -> tuple[T, U]:
        """Return the next pair of levels (see :func:`crossed`) within the combination ``within``."""
        key = (factors, *within)
        if key not in self._streams:
            self._streams[key] = crossed(first, second, self.seed, self.dataset, *key)
        pair: tuple[T, U] = next(self._streams[key])
        return pair
