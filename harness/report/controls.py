"""Placebos and the noise floor of studies whose tables do not have them beside the gains."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.report.reading import flags, numbers, strings, text

if TYPE_CHECKING:
    import pandas as pd


def placebo_gains(gains: pd.DataFrame) -> pd.Series:
    """Return the column ``placebo_gain``; where a study has none, the mean of the main's placebos."""
    known = numbers(gains, "placebo_gain")
    if known.notna().any():
        return known
    setting = [gains[name].map(text) for name in ("main", "feature", "model", "combiner")]
    means = gains["gain"].where(gains["placebo"]).groupby(setting).transform("mean")
    return means.mask(gains["placebo"])


def noise_of(table_of: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Return the noise floor of a study that was analysed before the table ``noise``, from its scores."""
    import pandas as pd

    from harness.analysis.gains import noise_floor

    needed = {name: table_of(name) for name in ("tasks", "cells", "runs", "scores", "selections")}
    cells = needed["cells"].assign(placebo=flags(needed["cells"], "placebo"))
    needed["cells"] = cells[cells["tasks"].map(strings).map(bool)]
    if any(frame.empty for frame in needed.values()):
        return pd.DataFrame({"task": [], "feature": [], "model": [], "sd": [], "n": []})
    return noise_floor(needed)
