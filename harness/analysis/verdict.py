"""What differences of folds and seeds say of their mean: interval, p, ROPE; or nulls, and the reason."""

from __future__ import annotations

import numpy as np

from harness.analysis.corrected import corrected_t

NULLS = ("ci_low", "ci_high", "p", "detectable_gain", "p_rope_below", "p_rope_inside", "p_rope_above")
NO_INTERVAL = dict.fromkeys(NULLS, np.nan)
FIXED = "one fixed split or fold: no between-fold variance"


def verdict(
    differences: np.ndarray, n_test: float, n_train: float, n_folds: int, *, rope: float, confidence: float
) -> tuple[dict[str, float], str]:
    """Return the columns :data:`NULLS` for ``differences [folds × seeds]`` and an empty note, or nulls and the reason.

    ``n_train`` counts the clips that the network was fitted to: without the validation part, unless the study
    refits on it. ``rope`` is a half-width. See :mod:`harness.analysis.corrected` for the formulas.
    """
    if n_folds < 2:
        return NO_INTERVAL, FIXED
    ratio = float(n_test / n_train) if n_train > 0 else np.nan
    if not np.isfinite(ratio):
        return NO_INTERVAL, "sizes of the parts unknown: no interval"
    test = corrected_t(differences, ratio)
    if test is None:
        return NO_INTERVAL, "no variance between the differences"
    values = (*test.interval(confidence), test.p, test.detectable(confidence), *test.rope(rope))
    return dict(zip(NULLS, values, strict=True)), ""
