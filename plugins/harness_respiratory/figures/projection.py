"""t-SNE of embeddings, and how well its classes are apart as a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.api import DataError

#: t-SNE's usual perplexity; it must be smaller than the number of clips.
PERPLEXITY = 30.0


@dataclass(frozen=True)
class Projection:
    """``points [clips, 2]`` with the clips' labels; silhouettes of the labels in the embedding and in the plane."""

    points: np.ndarray
    labels: tuple[str, ...]
    embedding_silhouette: float
    plane_silhouette: float


def project(
    embeddings: np.ndarray, labels: Sequence[str], *, seed: int = 0, perplexity: float | None = None
) -> Projection:
    """Return the t-SNE (van der Maaten and Hinton 2008) of ``embeddings [clips, width]``, decided by ``seed``.

    ``perplexity`` is at most a third of the clips (default: 30, or that). The silhouette is that of Rousseeuw 1987, in
    [-1, 1], mean over clips: in the embedding it is a number of the network's; in the plane it depends on the
    projection as well. It needs two classes, and fewer classes than clips; otherwise it is NaN.

    Raises :class:`DataError` for fewer than four clips, or a perplexity that does not fit.
    """
    from sklearn.manifold import TSNE

    n = len(embeddings)
    if n < 4 or n != len(labels):
        raise DataError(f"t-SNE needs at least 4 clips with a label each, found {n} and {len(labels)} labels")
    most = (n - 1) / 3
    chosen = min(PERPLEXITY, most) if perplexity is None else perplexity
    if not 0 < chosen <= most:
        raise DataError(
            f"perplexity {chosen:g} does not fit {n} clips; allowed: more than 0, at most {most:g}"
        )
    points = TSNE(n_components=2, perplexity=chosen, init="pca", random_state=seed).fit_transform(embeddings)
    return Projection(points, tuple(labels), silhouette(embeddings, labels), silhouette(points, labels))


def silhouette(points: np.ndarray, labels: Sequence[str]) -> float:
    """Return the mean silhouette of ``points [clips, width]`` by label; NaN where it is not defined."""
    from sklearn.metrics import silhouette_score

    classes = len(set(labels))
    if not 2 <= classes < len(labels):
        return float("nan")
    return float(silhouette_score(points, np.asarray(labels)))
