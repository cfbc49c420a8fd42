"""Permutation tests of coefficients: tasks are relabelled, and the other terms stay in the model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harness.analysis.linear import checked_fit
from harness.analysis.numbering import matrix_of, numbered
from harness.analysis.permutation import relabelled, share, told
from harness.analysis.rows import Row, null_row, row, said

SEMI_PARTIAL = "double semi-partialing"


def coefficient_rows(
    frame: pd.DataFrame, terms: list[str], features: pd.DataFrame, n_tasks: int, note: str, seed: int
) -> list[Row]:
    """Return rows of the models ``mrqap`` and ``ols`` (terms of the main alone), p by node permutation.

    Estimates are the standardised least-squares coefficients. What is compared is the t of the coefficient
    among the other terms. For ``ols`` the term's own values are relabelled; for ``mrqap`` what the other
    terms leave of it: double semi-partialing, Dekker, Krackhardt and Snijders 2007, "Sensitivity of MRQAP
    tests to collinearity and autocorrelation conditions", Psychometrika 72. ``features`` has every directed
    pair, measured or not, as its index.
    """
    n, fit = len(frame), checked_fit(frame, terms)
    levels = [term for term in terms if of_main(frame, term)]
    if isinstance(fit, str):
        why = said(fit, note)
        found = [null_row("ols", term, n, n_tasks, why, "node permutation") for term in levels]
        return found + [null_row("mrqap", term, n, n_tasks, why, SEMI_PARTIAL) for term in terms]
    test = _Test(frame, terms, features, seed)
    found = []
    for i, term in enumerate(terms):
        numbers = ("ols", term, n, n_tasks, note)
        if term in levels:
            p, how = test.own(i)
            found.append(row(*numbers, how, fit.params[i + 1], p=p))
        p, how = test.semi_partial(i)
        how = how.replace("node permutation", SEMI_PARTIAL)
        found.append(row("mrqap", *numbers[1:], how, fit.params[i + 1], p=p))
    return found


def of_main(frame: pd.DataFrame, term: str) -> bool:
    """Whether a term is a value of the main task alone: the same with every partner."""
    return bool((frame.groupby("main")[term].nunique(dropna=False) == 1).all())


def partial_t(values: np.ndarray, others: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the t ``[draws]`` of each row of ``values [draws, pairs]`` in a least-squares fit of ``y [pairs]``.

    ``others [pairs, terms]`` (with the intercept) are in every fit. Pairs where a row is NaN are left out of
    its fit; a row that the others explain wholly has NaN. By the theorem of Frisch, Waugh and Lovell.
    """
    holes = ~np.isfinite(values).all(axis=1)
    t = np.full(len(values), np.nan)
    t[~holes] = _complete_t(values[~holes], others, y)
    for i in np.flatnonzero(holes):
        keep = np.isfinite(values[i])
        if keep.sum() > others.shape[1] + 2:
            t[i] = _complete_t(values[i : i + 1, keep], others[keep], y[keep])[0]
    return t


def _complete_t(values: np.ndarray, others: np.ndarray, y: np.ndarray) -> np.ndarray:
    basis = np.linalg.qr(others)[0]
    rest, df = y - basis @ (basis.T @ y), len(y) - others.shape[1] - 1
    whole = np.einsum("ij,ij->i", values, values)
    own = whole - ((values @ basis) ** 2).sum(axis=1)  # squared length of what the others do not explain
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = values @ rest / own
        t = slope * np.sqrt(own * df / np.maximum(rest @ rest - slope**2 * own, 0))
    return np.asarray(np.where(own <= 1e-10 * whole, np.nan, t))


class _Test:
    """The permutations of one design, used for every term.

    ``terms [terms, tasks²]`` are standardised over the measured pairs, which are ``measured [pairs]``;
    ``drawn [draws, pairs]`` are the pairs that stand in their place.
    """

    def __init__(self, frame: pd.DataFrame, terms: list[str], features: pd.DataFrame, seed: int) -> None:
        tasks, main, partner = numbered(frame)
        labels, self.exact = relabelled(main, partner, seed)
        self.measured = main * len(tasks) + partner
        self.drawn = labels[:, main] * len(tasks) + labels[:, partner]
        self.y = frame["gain"].to_numpy(float)
        matrices = np.stack([matrix_of(features[term], tasks).ravel() for term in terms])
        known = matrices[:, self.measured]
        self.terms = (matrices - known.mean(axis=1, keepdims=True)) / known.std(axis=1, keepdims=True)

    def own(self, i: int) -> tuple[float, str]:
        """Return p and how it was made, for the values of term ``i`` as they are."""
        return self._p(self.terms[i], i)

    def semi_partial(self, i: int) -> tuple[float, str]:
        """Return p and how it was made, for what the other terms leave of term ``i`` in every known pair."""
        others = np.delete(self.terms, i, axis=0)
        known = others[:, self.measured].T
        slopes = np.linalg.lstsq(known, self.terms[i, self.measured], rcond=None)[0]
        return self._p(self.terms[i] - slopes @ others, i)

    def _p(self, values: np.ndarray, i: int) -> tuple[float, str]:
        other = np.delete(self.terms, i, axis=0)[:, self.measured]
        others = np.column_stack([np.ones(len(self.y)), *other])
        observed = partial_t(values[self.measured][None], others, self.y)[0]
        drawn = partial_t(values[self.drawn], others, self.y)
        return share(drawn, float(observed), self.exact), told(len(self.drawn), self.exact)
