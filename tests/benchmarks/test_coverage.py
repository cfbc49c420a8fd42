"""The benchmark's intervals are those of the analysis, and it tells good from bad."""

import numpy as np
import pytest

from benchmarks.coverage import CONFIDENCE, GAIN, coverage, covers, run
from harness.analysis.corrected import corrected_t


@pytest.mark.parametrize("ratio", [0.0, 0.6])
def test_intervals_are_those_of_the_analysis(ratio):
    rows = GAIN + np.random.default_rng(0).normal(0, 0.03, (200, 6)) + 0.02
    inside = [
        low <= GAIN <= high for low, high in (corrected_t(row, ratio).interval(CONFIDENCE) for row in rows)
    ]
    assert covers(rows, ratio) == pytest.approx(100 * np.mean(inside))
    assert 0 < np.mean(inside) < 1


def test_corrected_covers_and_naive_does_not():
    found = coverage(5, 2, 0.64, draws=2000, seed=1)
    assert 93 <= found.corrected <= 97
    assert found.naive < 90


def test_a_quick_run_has_every_figure():
    found = run(quick=True)
    assert next(figure.name for figure in found.figures) == "corrected, lowest setting"
    assert len(found.notes) == 6
