"""Gains that follow from known statistics of tasks, or from nothing."""

import itertools

import numpy as np
import pandas as pd

COLUMNS = {"feature": "f", "model": "m", "combiner": "c", "placebo": False, "metric": "macro_f1"}


def tables(n_tasks, n_new, seed, *, effect=1.0, noise=0.3):
    """Return gains and statistics of ``n_tasks`` tasks, of which the last ``n_new`` have no gains, and the true
    gain by pair: ``effect · (s_main − s_partner / 2)`` plus noise. A second statistic means nothing."""
    generator = np.random.default_rng(seed)
    s = generator.normal(size=n_tasks)
    names = [f"d/{i}" for i in range(n_tasks)]
    true = {
        (names[i], names[j]): effect * (s[i] - 0.5 * s[j]) + generator.normal(0, noise)
        for i, j in itertools.permutations(range(n_tasks), 2)
    }
    old = set(names[: n_tasks - n_new])
    gains = [
        {"main": a, "partners": [b], "gain": gain, "gain_relative": gain, **COLUMNS}
        for (a, b), gain in true.items()
        if {a, b} <= old
    ]
    statistics = pd.DataFrame(
        {"task": names * 2, "statistic": ["s"] * n_tasks + ["t"] * n_tasks,
         "value": np.r_[s, generator.normal(size=n_tasks)], "unit": "", "reliability": np.nan}
    )  # fmt: skip
    return {"gains": pd.DataFrame(gains), "task_stats": statistics}, true, names[n_tasks - n_new :]
