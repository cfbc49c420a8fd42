"""Tables of gains made by hand, for the tests of what is computed from them alone."""

import itertools

import numpy as np
import pandas as pd


def gain_rows(matrix, names=None, **setting):
    """One row a directed pair of ``matrix [main, partner]``; NaN is a pair that was not measured."""
    names = names or [f"d/{i}" for i in range(len(matrix))]
    return [
        row(names[i], [names[j]], matrix[i][j], **setting)
        for i, j in itertools.permutations(range(len(matrix)), 2)
        if np.isfinite(matrix[i][j])
    ]


def row(main, partners, gain, **other):
    known = {
        "cell_id": "+".join(sorted([main, *partners])), "main": main, "partners": partners, "feature": "f",
        "model": "m", "combiner": "c", "placebo": False, "metric": "macro_f1", "gain": gain,
        "gain_relative": 2 * gain,
    }  # fmt: skip
    return known | other


def table(*rows):
    return pd.DataFrame([found for part in rows for found in part])
