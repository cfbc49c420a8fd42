"""Predictor ``distance``: how far apart the clips of two tasks' data sets are."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd

from harness.analysis.pairs import COLUMNS
from harness.analysis.predictors.probed import Probed

#: What the measures of distance are between a distribution and itself.
SELF = {"frechet_distance": 0.0, "mmd": 0.0, "domain_accuracy": 0.5}


class Distance(Probed):
    """How far the data sets of main and partner are apart, in the space of the feature; the same both ways.

    | pair feature | formula | unit |
    | --- | --- | --- |
    | `frechet_distance` | `‖μ_m - μ_p‖² + tr(Σ_m + Σ_p - 2 (Σ_m Σ_p)^½)` of the two data sets' clips | squared unit \
of the features probed |
    | `mmd` | unbiased squared maximum mean discrepancy, Gaussian kernel of the median distance | 1 |
    | `domain_accuracy` | balanced accuracy of a logistic regression that tells the two data sets' clips apart, \
cross-validated over groups: .5 alike, 1 told apart without error | share |

    Probed are at most some hundred training clips of each data set, each by the mean and the standard deviation over
    frames of every channel and bin of the feature. Two tasks of one data set are not probed: a distribution is at
    distance 0 from itself and told from itself by chance (.5), and these values are taken for them.

    Source: Dowson and Landau 1982 (Journal of Multivariate Analysis 12) and, for audio, Kilgour et al. 2019
    (arXiv:1812.08466); Gretton et al. 2012 (JMLR 13); Ben-David et al. 2010 (Machine Learning 79).
    Cost: no training; about half a second of one core for two data sets of 512 clips and 80 values a clip.
    Believe it: between data sets, and then of data sets: all tasks of one have the same distances, whatever their
    labels, so that the effective sample is the number of data sets. The Fréchet distance is too large where clips
    are few for the number of values; `domain_accuracy` is 1 for nearly any two data sets that were recorded
    differently, and then tells pairs no further apart than `same_dataset` does.
    """

    name = "distance"
    probes = tuple(SELF)

    def pair_features(self, statistics: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return columns ``main, partner, predictor, value, reliability``, with those of one data set."""
        measured = super().pair_features(statistics, tables)
        pairs = _within_datasets(tables["tasks"])
        known = [name for name in self.probes if name in set(measured["predictor"])]
        alike = [(main, partner, name, SELF[name], np.nan) for name in known for main, partner in pairs]
        if not alike:
            return measured
        both = pd.concat([measured, pd.DataFrame(alike, columns=COLUMNS)], ignore_index=True)
        return both.drop_duplicates(COLUMNS[:3], ignore_index=True)


def _within_datasets(tasks: pd.DataFrame) -> list[tuple[str, str]]:
    named = list(zip(tasks["task"].astype(str), tasks["dataset"], strict=True))
    return [(a, b) for (a, first), (b, second) in itertools.permutations(named, 2) if first == second]
