"""The measured gains of true groups, on one scale, and their mean over settings."""

from __future__ import annotations

import pandas as pd

#: What a setting is made of.
SETTING = ("feature", "model", "combiner")
RELATIVE = "relative gains, as the main tasks have different metrics"


def measured(gains: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``gains`` with a gain that are no placebo, with ``partner`` of a pair (else null)."""
    kept = gains[gains["gain"].notna() & ~gains["placebo"].fillna(False).astype(bool)]
    alone = kept["partners"].map(lambda found: found[0] if len(found) == 1 else None)
    return kept.assign(partner=alone.astype(object))


def one_scale(gains: pd.DataFrame) -> tuple[str, str]:
    """Return the column by which gains of different main tasks are compared, and a note on it.

    It is ``gain``; where the main tasks have different metrics, ``gain_relative``, because absolute gains
    then have no common unit.
    """
    same = gains["metric"].nunique() <= 1 if len(gains) else True
    return ("gain", "") if same else ("gain_relative", RELATIVE)


def within(frame: pd.DataFrame, columns: list[str], by: str = "main") -> pd.DataFrame:
    """Return the rows of every ``by`` that has two or more, with ``columns`` less their mean in it.

    What is left of a constant by rounding is zero.
    """
    kept = frame[frame.groupby(by)[by].transform("size") > 1]
    values = kept[columns].astype(float)
    centred = values - values.groupby(kept[by]).transform("mean")
    rounding = 1e-12 * values.abs().groupby(kept[by]).transform("max")
    return kept.assign(**centred.where(centred.abs() > rounding, 0.0))
