"""Predictors ``representation``, ``transferability`` and ``optimisation``: probes of trained networks."""

from __future__ import annotations

from harness.analysis.predictors.probed import Probed


class Representation(Probed):
    """How alike the trunks of the two tasks' single networks see the same clips; the same both ways.

    | pair feature | formula | unit |
    | --- | --- | --- |
    | `linear_cka` | `‖Yᵀ X‖²_F / (‖Xᵀ X‖_F ‖Yᵀ Y‖_F)` of the two trunks' centred outputs on pooled clips | 0 to 1 |
    | `rsa` | Spearman's correlation of the two trunks' matrices of correlation distances between clips | -1 to 1 |

    Source: Kornblith et al. 2019 (ICML, arXiv:1905.00414); Kriegeskorte et al. 2008 (Frontiers in Systems
    Neuroscience 2:4); as a measure of task affinity Dwivedi and Roig 2019 (CVPR, arXiv:1904.11740).
    Cost: the single-task networks of one seed, which a study trains anyway, and one forward pass of pooled clips a
    network; RSA takes a quarter of a second of one core for 1,024 clips, CKA next to nothing.
    Believe it: where `reliability` is high, that is where the networks of other folds give the same order of pairs.
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
    Cost: the partner's single network, which a study trains anyway, and one forward pass of the main's clips; the
    three measures themselves take under a tenth of a second for 1,024 clips.
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
    Cost: one joint run of all tasks a feature and model, with a backward and a forward pass more a task at the
    steps that are looked at.
    Believe it: hardly over all pairs. On the 72 pairs of the TAG paper itself the affinity ranks partners within a
    main task a little (Spearman's correlation .29 after both are centred within main) and pairs over mains not at
    all (-.15). Both change with the learning rate and with how far training is, and one run has no reliability.
    """

    name = "optimisation"
    probes = ("tag_affinity", "gradient_cosine")
