"""The base of predictors that read the table ``probes``: what was measured on features and trained networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import pandas as pd

from harness.analysis.pairs import COLUMNS
from harness.analysis.predictors.reliability import icc
from harness.analysis.predictors.statistics import STATISTICS, levelled
from harness.bases.predictor import Predictor


class Probed(Predictor):
    """Base: each probe named in ``probes`` is a feature of the directed pair, under the probe's own name.

    The value is the mean over folds and seeds. Where a study has several features or models, each one's mean
    over pairs is taken out first. The reliability is ICC(1,1) with pairs as targets and folds, seeds, features and
    models as repetitions. A pair that was not probed has no row.
    """

    probes: ClassVar[tuple[str, ...]] = ()

    def task_statistics(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return no row: probes are of pairs."""
        return pd.DataFrame(columns=STATISTICS)

    def pair_features(self, statistics: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return columns ``main, partner, predictor, value, reliability``."""
        rows = tables.get("probes")
        if rows is None or rows.empty:
            return pd.DataFrame(columns=COLUMNS)
        known = rows[rows["probe"].isin(self.probes) & (rows["main"] != rows["partner"])]
        known = known[np.isfinite(known["value"].astype(float))]
        frames = [_features(str(probe), part) for probe, part in known.groupby("probe", sort=False)]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)


def _features(probe: str, rows: pd.DataFrame) -> pd.DataFrame:
    value = levelled(rows["value"].astype(float), rows)
    pairs = rows["main"] + "\n" + rows["partner"]
    means = value.groupby([rows["main"], rows["partner"]]).mean().rename("value").reset_index()
    return means.assign(predictor=probe, reliability=icc(value, pairs))[COLUMNS]
