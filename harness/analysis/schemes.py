"""Which pairs are held out together, and which pairs a model may learn from meanwhile."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import KFold

from harness.analysis.design import Design
from harness.seeds import derive_seed

#: A fold whose training part has fewer pairs predicts nothing.
MIN_TRAINING = 4
#: Shuffled pairs are dealt into this many folds, this many times.
SHUFFLED_FOLDS, SHUFFLED_ROUNDS = 5, 3

Fold = tuple[np.ndarray, np.ndarray]
Round = list[Fold]


@dataclass(frozen=True)
class Scheme:
    """A way to hold pairs out.

    ``rounds`` each predict every pair at most once, by folds of (training pairs, test pairs), numbers of rows
    of the design's frame; ``parts [pairs]`` is what a spread over held-out parts is taken over.
    """

    name: str
    rounds: list[Round]
    parts: np.ndarray


def shuffled_pairs(design: Design, seed: int) -> list[Round]:
    """Pairs at random, whoever shares a task with whom: shows what sharing tasks hides, and is no evidence."""
    splits = min(SHUFFLED_FOLDS, len(design.frame))
    states = [derive_seed(seed, "shuffled pairs", k) % 2**32 for k in range(SHUFFLED_ROUNDS)]
    x = np.zeros(len(design.frame))
    return [list(KFold(splits, shuffle=True, random_state=state).split(x)) for state in states]


def leave_main_out(design: Design, seed: int) -> list[Round]:
    """Test: the pairs of one main task. Training: the pairs of the other mains (it may be their partner)."""
    return [_by_label(design.frame["main"].to_numpy())]


def leave_partner_out(design: Design, seed: int) -> list[Round]:
    """Test: the pairs of one partner. Training: the pairs of the other partners (it may be their main)."""
    return [_by_label(design.frame["partner"].to_numpy())]


def leave_dataset_out(design: Design, seed: int) -> list[Round]:
    """Test: the pairs whose main is of one data set. Training: the pairs without any task of that data set."""
    of = {task: design.dataset_of.get(task) for task in design.tasks}
    main, partner = (design.frame[end].map(of).to_numpy(object) for end in ("main", "partner"))
    names = sorted({name for name in of.values() if name is not None})
    if len(names) < 2 or None in of.values():
        return []
    folds = [(np.flatnonzero((main != n) & (partner != n)), np.flatnonzero(main == n)) for n in names]
    return [[fold for fold in folds if len(fold[1])]]


def no_shared_task(design: Design, seed: int) -> list[Round]:
    """Test: the pairs (one or both directions) between two tasks. Training: the pairs with neither of them.

    Every measured pair is tested once, and no test pair shares a task with a pair that was learned from.
    """
    main, partner = (design.frame[end].to_numpy() for end in ("main", "partner"))
    folds = []
    for first, second in itertools.combinations(design.tasks, 2):
        one, other = np.isin(main, (first, second)), np.isin(partner, (first, second))
        folds.append((np.flatnonzero(~one & ~other), np.flatnonzero(one & other)))
    return [[fold for fold in folds if len(fold[1])]]


def _by_label(labels: np.ndarray) -> Round:
    return [(np.flatnonzero(labels != label), np.flatnonzero(labels == label)) for label in np.unique(labels)]


SCHEMES: dict[str, Callable[[Design, int], list[Round]]] = {
    "leave_main_out": leave_main_out,
    "no_shared_task": no_shared_task,
    "leave_partner_out": leave_partner_out,
    "leave_dataset_out": leave_dataset_out,
    "shuffled_pairs": shuffled_pairs,
}


def make_scheme(name: str, design: Design, seed: int) -> Scheme:
    """Return the scheme of a design, without the folds that have fewer than four pairs to learn from."""
    rounds = [
        [fold for fold in folds if len(fold[0]) >= MIN_TRAINING] for folds in SCHEMES[name](design, seed)
    ]
    if name == "leave_dataset_out":
        parts = design.frame["main"].map(design.dataset_of).to_numpy(object)
    else:
        parts = design.frame["partner" if name == "leave_partner_out" else "main"].to_numpy(object)
    return Scheme(name, rounds, parts)


def schemes(design: Design, seed: int) -> Iterator[Scheme]:
    """Yield the schemes that a design allows: those that test at least eight pairs, in two folds or more."""
    for name in SCHEMES:
        made = make_scheme(name, design, seed)
        if made.rounds and len(made.rounds[0]) > 1 and sum(len(test) for _, test in made.rounds[0]) >= 8:
            yield made
