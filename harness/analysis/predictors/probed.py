"""Predictors that read the table ``probes``: what was measured on features and trained networks."""

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


class Distance(Probed):
    """How far the clips of main and partner are apart, in the space of the feature; the same both ways.

    | pair feature | formula | unit |
    | --- | --- | --- |
    | `frechet_distance` | `‖μ_m - μ_p‖² + tr(Σ_m + Σ_p - 2 (Σ_m Σ_p)^½)` of the two tasks' clips | squared unit \
of the features probed |
    | `mmd` | unbiased squared maximum mean discrepancy, Gaussian kernel of the median distance | 1 |
    | `domain_accuracy` | balanced accuracy of a logistic regression that tells the two tasks' clips apart, \
cross-validated over groups: .5 alike, 1 told apart without error | share |

    Source: Dowson and Landau 1982 (Journal of Multivariate Analysis 12) and, for audio, Kilgour et al. 2019
    (arXiv:1812.08466); Gretton et al. 2012 (JMLR 13); Ben-David et al. 2010 (Machine Learning 79).
    Cost: the feature of every clip once, no training; the three take seconds a pair.
    Believe it: between data sets. Two tasks on the same clips have a distance of about 0, whatever their labels, so
    that it says there no more than `same_dataset`. The Fréchet distance is too large where clips are few for the
    number of features; `domain_accuracy` is 1 for nearly any two data sets that were recorded differently, and
    then tells pairs no further apart.
    """

    name = "distance"
    probes = ("frechet_distance", "mmd", "domain_accuracy")


class Representation(Probed):
    """How alike the trunks of the two tasks' single networks see the same clips; the same both ways.

    | pair feature | formula | unit |
    | --- | --- | --- |
    | `linear_cka` | `‖Yᵀ X‖²_F / (‖Xᵀ X‖_F ‖Yᵀ Y‖_F)` of the two trunks' centred outputs on pooled clips | 0 to 1 |
    | `rsa` | Spearman's correlation of the two trunks' matrices of correlation distances between clips | -1 to 1 |

    Source: Kornblith et al. 2019 (ICML, arXiv:1905.00414); Kriegeskorte et al. 2008 (Frontiers in Systems
    Neuroscience 2:4); as a measure of task affinity Dwivedi and Roig 2019 (CVPR, arXiv:1904.11740).
    Cost: the single-task networks, which a study trains anyway, and one forward pass of pooled clips a network.
    Believe it: where `reliability` is high, that is where networks of other seeds give the same order of pairs.
    CKA goes to 1 with more features than clips, and is ruled by the few directions of most variance.
    """

    name = "representation"
    probes = ("linear_cka", "rsa")


class Transferability(Probed):
    """How well the trunk of the partner's single network serves the main task's labels; directed.

    | pair feature | formula | unit |
    | --- | --- | --- |
    | `logme` | log evidence a clip of the main's labels under a Bayesian linear model on the partner's trunk, \
maximised over its two precisions | nat |
    | `leep` | `1/n Σ ln Σ_z P(y \\| z) θ_z` with the partner's class probabilities `θ` on the main's clips | nat |
    | `h_score` | `tr(cov(f)⁻¹ cov(E[f \\| y]))` of the partner's trunk `f` and the main's labels `y`, shrunk where \
there are more features than clips | 0 to classes - 1 |

    Source: You et al. 2021 (ICML, arXiv:2102.11005); Nguyen et al. 2020 (ICML, arXiv:2002.12462); Bao et al. 2019
    (ICIP, arXiv:2212.10082) with the shrinkage of Ibrahim et al. 2022 (arXiv:2110.06893).
    Cost: the partner's single network, and one forward pass of the main's clips a partner.
    Believe it: within a main task, to rank its partners. Levels of other mains are not comparable (they change
    with the number of classes and their shares), so that a correlation over all pairs tells main tasks
    apart, not partners. LEEP and H-score need classes; LogME takes targets too. All three are of transfer, one
    task after the other: that joint training follows them is what the study has to show.
    """

    name = "transferability"
    probes = ("logme", "leep", "h_score")


class Optimisation(Probed):
    """How the updates of the two tasks agree while one network learns them jointly; TAG is directed.

    | pair feature | formula | unit |
    | --- | --- | --- |
    | `tag_affinity` | mean over steps of `1 - L_main(θ - η ∇L_partner) / L_main(θ)`; positive: the partner's update \
lowers the main's loss | 1 |
    | `gradient_cosine` | mean over steps of the cosine of the two tasks' gradients of the shared parameters | -1 \
to 1 |

    Source: Fifty et al. 2021 (NeurIPS, arXiv:2109.04617), equation 1; Yu et al. 2020 (NeurIPS, arXiv:2001.06782).
    Cost: one joint run of all tasks, with an extra forward and backward pass a task at the steps that are
    looked at.
    Believe it: hardly over all pairs. On the 72 pairs of the TAG paper itself the affinity ranks partners within a
    main task a little (Spearman's correlation about .3) and pairs over mains not at all. Both change with the
    learning rate and with how far training is.
    """

    name = "optimisation"
    probes = ("tag_affinity", "gradient_cosine")
