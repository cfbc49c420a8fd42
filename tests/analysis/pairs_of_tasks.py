"""Simulated gains of directed pairs, with task effects and predictors, for the tests of the regressions."""

import itertools

import numpy as np
import pandas as pd

from harness.analysis.design import Design, make_design


def simulated(n_tasks, seed, *, effect=0.0, main_sd=1.0, partner_sd=0.6, residual_sd=1.0, n_predictors=1):
    """Return gains and pair features of all directed pairs of ``n_tasks``: ``x0`` acts with ``effect``.

    Predictors ``x0, x1, …`` are statistics of the main task alone.
    """
    generator = np.random.default_rng(seed)
    main_effect = generator.normal(0, main_sd, n_tasks)
    partner_effect = generator.normal(0, partner_sd, n_tasks)
    x = generator.normal(size=(n_tasks, n_predictors))
    names = [f"d/{i}" for i in range(n_tasks)]
    gains, features = [], []
    for i, j in itertools.permutations(range(n_tasks), 2):
        value = effect * x[i, 0] + main_effect[i] + partner_effect[j] + generator.normal(0, residual_sd)
        gains.append({"main": names[i], "partners": [names[j]], "gain": value})
        features += [
            {"main": names[i], "partner": names[j], "predictor": f"x{k}", "value": x[i, k]}
            for k in range(n_predictors)
        ]
    shared = {"feature": "f", "model": "m", "combiner": "c", "placebo": False, "metric": "macro_f1"}
    return pd.DataFrame(gains).assign(**shared, gain_relative=lambda t: t["gain"] * 2), pd.DataFrame(features)


def design(n_tasks, seed, **options) -> Design:
    """Return the design of a simulated study."""
    return make_design(*simulated(n_tasks, seed, **options))
