"""Measures of representations, transferability, distance and optimisation: plain functions of float arrays.

Each function is given what was measured (features, probabilities, losses) and returns a number or a matrix;
none knows of tables or networks. Arrays that are not finite, do not fit together or have too few samples
raise :class:`ValueError` with the reason.
"""

from harness.measures.distance import frechet_distance, mmd
from harness.measures.domain import domain_accuracy
from harness.measures.evidence import logme, logme_regression
from harness.measures.hscore import h_score
from harness.measures.leep import leep
from harness.measures.optimisation import gradient_cosine, tag_affinity
from harness.measures.representation import linear_cka, rsa

__all__ = [
    "domain_accuracy",
    "frechet_distance",
    "gradient_cosine",
    "h_score",
    "leep",
    "linear_cka",
    "logme",
    "logme_regression",
    "mmd",
    "rsa",
    "tag_affinity",
]
