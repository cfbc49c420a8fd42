"""Predictor ``distance``: how far apart the clips of two tasks' data sets are."""

from __future__ import annotations

from harness.analysis.predictors.probed import Probed


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
    frames of every channel and bin of the feature. Two tasks of one data set have what a distribution has to itself, 0
    and, for the classifier, chance (.5); `probes.note` says so. With one feature there is no reliability: nothing is
    drawn anew.

    Source: Dowson and Landau 1982 (Journal of Multivariate Analysis 12) and, for audio, Kilgour et al. 2019
    (arXiv:1812.08466); Gretton et al. 2012 (JMLR 13); Ben-David et al. 2010 (Machine Learning 79).
    Cost: no training; about half a second of one core for two data sets of 512 clips and 80 values a clip.
    Believe it: between data sets, and then of data sets: all tasks of one have the same distances, whatever their
    labels, so that the effective sample is the number of data sets. The Fréchet distance is too large where clips
    are few for the number of values; `domain_accuracy` is 1 for nearly any two data sets that were recorded
    differently, and then tells pairs no further apart than `same_dataset` does.
    """

    name = "distance"
    probes = ("frechet_distance", "mmd", "domain_accuracy")
