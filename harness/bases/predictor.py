"""Predictors: what may tell a gain beforehand, computed from a study's tables alone."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from harness.records import Parameters


class Predictor:
    """Base of predictors. ``tables`` maps a table's name to its DataFrame (see the data dictionary)."""

    def __init__(self, parameters: Parameters | None = None) -> None:
        self.parameters = parameters

    def task_statistics(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return columns ``task, statistic, value, unit, reliability``."""
        raise NotImplementedError

    def pair_features(self, statistics: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return columns ``main, partner, predictor, value``; by default each statistic of main, of partner, and
        their difference (main minus partner).
        """
        from harness.analysis.pairs import pairwise

        return pairwise(statistics)
