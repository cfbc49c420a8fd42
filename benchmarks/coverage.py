"""How often the intervals of gains hold the truth when folds share training clips.

Differences are drawn equicorrelated at ``n_test / (n_test + n_train)``, as Nadeau and Bengio 2003 take them to be. The
corrected interval should cover in 95 of 100 draws; the naive t interval, and one that averages the seeds of a fold
first, are shown beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from benchmarks.results import Figure, Result

CONFIDENCE, GAIN, SD = 0.95, 0.02, 0.03
#: Folds, seeds, and the share of the clips that the training part has (the validation part is in neither).
SETTINGS = ((3, 1, 0.53), (3, 2, 0.53), (5, 1, 0.64), (5, 3, 0.64), (10, 1, 0.72), (10, 5, 0.72))


@dataclass(frozen=True)
class Coverage:
    """Shares of draws whose interval holds the true gain, in per cent."""

    corrected: float
    naive: float
    averaged: float


def run(quick: bool) -> Result:
    """Run the benchmark: every number of folds and seeds in turn."""
    draws = 2_000 if quick else 200_000
    found = {setting: coverage(*setting, draws=draws, seed=0) for setting in SETTINGS}
    corrected, naive, averaged = (
        [getattr(one, name) for one in found.values()] for name in ("corrected", "naive", "averaged")
    )
    return Result(
        name="coverage", title="intervals of gains hold the truth", device="cpu",
        figures=[
            _figure("corrected, lowest setting", min(corrected), corrected, at_least=93.0),
            _figure("corrected, highest setting", max(corrected), corrected, at_most=97.0),
            _figure("naive t, highest setting", max(naive), naive, at_most=93.0),
            _figure("seeds averaged first, lowest setting", min(averaged), averaged),
        ],
        settings={"draws": draws, "confidence": CONFIDENCE, "settings": [list(one) for one in SETTINGS]},
        notes=[_line(setting, one) for setting, one in found.items()],
    )  # fmt: skip


def coverage(folds: int, seeds: int, train_share: float, *, draws: int, seed: int) -> Coverage:
    """Return how often three intervals hold the true mean, in ``draws`` studies of ``folds × seeds`` differences.

    The corrected interval is that of :mod:`harness.analysis.corrected`, written for many draws at once; the tests hold
    them equal.
    """
    ratio = (1 / folds) / train_share
    rho = ratio / (1 + ratio)  # n_test / (n_test + n_train)
    generator = np.random.default_rng([seed, folds, seeds])
    shared = generator.normal(size=(draws, 1, 1))
    own = generator.normal(size=(draws, folds, seeds))
    drawn = GAIN + SD * (np.sqrt(rho) * shared + np.sqrt(1 - rho) * own)
    every = drawn.reshape(draws, -1)
    return Coverage(covers(every, ratio), covers(every, 0.0), covers(drawn.mean(axis=2), ratio))


def covers(differences: np.ndarray, ratio: float) -> float:
    """Return in how many of 100 rows of ``differences [draws, n]`` the interval holds ``GAIN``."""
    n = differences.shape[1]
    error = np.std(differences, axis=1, ddof=1) * np.sqrt(1 / n + ratio)
    half = stats.t.ppf((1 + CONFIDENCE) / 2, n - 1) * error
    return float(100 * np.mean(np.abs(differences.mean(axis=1) - GAIN) <= half))


def _figure(name: str, value: float, every: list[float], **target: float) -> Figure:
    return Figure(name=name, value=value, low=min(every), high=max(every), unit="%", **target)


def _line(setting: tuple[int, int, float], one: Coverage) -> str:
    folds, seeds, _ = setting
    return (
        f"{folds} folds, {seeds} seeds: corrected {one.corrected:.2f} %, naive {one.naive:.2f} %, "
        f"seeds averaged first {one.averaged:.2f} %."
    )
