"""What stands beside a gain: its placebos', the noise floor, and the gain over the capacity-matched single."""

from __future__ import annotations

import pandas as pd

from harness.analysis.capacity import capacity_gains
from harness.analysis.noise import noise
from harness.analysis.pairing import Tables

SETTING = ["main", "feature", "model", "combiner"]


def beside(table: pd.DataFrame, tables: Tables) -> dict[str, pd.Series]:
    """Return the columns ``placebo_gain``, ``noise_floor`` and ``capacity_gain`` for the rows of ``gains``."""
    return {
        "placebo_gain": _placebo_gain(table),
        "noise_floor": _joined(table, noise(tables).rename(columns={"task": "main"}), "sd", SETTING[:-1]),
        "capacity_gain": _joined(table, capacity_gains(tables), "capacity_gain", ["cell_id", "main"]),
    }


def _placebo_gain(table: pd.DataFrame) -> pd.Series:
    is_placebo = table["placebo"].astype(bool)
    means = table[is_placebo].groupby(SETTING, dropna=False)["gain"].mean().rename("mean").reset_index()
    return _joined(table, means, "mean", SETTING).mask(is_placebo)


def _joined(table: pd.DataFrame, other: pd.DataFrame, column: str, keys: list[str]) -> pd.Series:
    found = table[keys].merge(other[[*keys, column]], on=keys, how="left")[column]
    return pd.Series(found.to_numpy(float, na_value=float("nan")), index=table.index)
