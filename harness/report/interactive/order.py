"""An order of tasks in which those that gain and give alike stand beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def clustered(
    tasks: Sequence[str], mains: Iterable[str], partners: Iterable[str], gains: Iterable[float]
) -> list[int]:
    """Return the places of the tasks, ordered by hierarchical clustering with optimal leaves.

    A task is described by what it gains from each partner and what each main task gains from it; a gain that
    was not measured counts as zero. Clusters join by their average distance.
    """
    import numpy as np
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
    from scipy.spatial.distance import pdist

    if len(tasks) < 3:
        return list(range(len(tasks)))
    place = {task: position for position, task in enumerate(tasks)}
    matrix = np.zeros((len(tasks), len(tasks)))
    for main, partner, gain in zip(mains, partners, gains, strict=True):
        matrix[place[main], place[partner]] = gain if np.isfinite(gain) else 0.0
    distances = pdist(np.hstack([matrix, matrix.T]))
    tree = optimal_leaf_ordering(linkage(distances, "average"), distances)
    return [int(leaf) for leaf in leaves_list(tree)]
