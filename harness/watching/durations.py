"""How long trainings and probes of each kind took, and what that says of those that are left."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

#: The interval's level and the normal quantile that goes with it.
LEVEL, QUANTILE = 0.9, 1.6448536269514722
#: Fewer finished units than this say nothing.
FEWEST = 3


@dataclass(frozen=True)
class Durations:
    """Number, sum and sum of squares of durations, s."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Durations) -> Durations:
        return Durations(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float:
        """Their mean."""
        return self.total / self.n

    @property
    def variance(self) -> float:
        """Their variance; of a single one it is taken to be the square of its mean, as nothing is known of it."""
        if self.n < 2:
            return self.mean**2
        return max(self.squares - self.n * self.mean**2, 0.0) / (self.n - 1)

    def scaled(self, factor: float) -> Durations:
        """Return durations that are ``factor`` times as long."""
        return Durations(self.n, self.total * factor, self.squares * factor**2)


def work_left(
    left: Mapping[Hashable, int], seen: Mapping[Hashable, Durations], size: Callable[[Hashable], int]
) -> tuple[float, float] | None:
    """Return the expected work of the units left, in seconds of one worker, and its standard deviation.

    ``left`` counts the units by kind, ``seen`` has the durations of finished ones, ``size`` is a kind's number of
    tasks. With :math:`n` units of a kind left and :math:`d` finished of mean :math:`m` and variance :math:`v`, they
    are expected to take :math:`nm`, with variance :math:`nv + n^2 v/d`: that of the units themselves, and that of the
    mean, which is known from :math:`d` units only. Kinds are added up as independent. A kind of which fewer than two
    are finished is taken to last as long *a task* as all finished units together, and a mean taken from other kinds is
    taken to be as uncertain as it is large. ``None`` while fewer than three units are finished.
    """
    if sum(one.n for one in seen.values()) < FEWEST:
        return None
    everything = sum((one.scaled(1 / size(kind)) for kind, one in seen.items()), Durations())
    work = variance = 0.0
    for kind, n in left.items():
        own = seen.get(kind, Durations())
        if own.n > 1:
            mean, spread, of_mean = own.mean, own.variance, own.variance / own.n
        else:
            mean = everything.mean * size(kind)
            spread, of_mean = everything.variance * size(kind) ** 2, mean**2
        work += n * mean
        variance += n * spread + n**2 * of_mean
    return work, math.sqrt(variance)
