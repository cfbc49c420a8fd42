"""How often a test of a predictor finds what is not there: 1,000 studies of 10 tasks without an effect.

Main tasks, partners and pairs have normal effects of standard deviation 1, 0.6 and 1; all 90 directed pairs are
measured; the predictor is a standard normal value of the main task, drawn apart from the gains. A test that keeps its
promise finds it at p ≤ .05 in 5 % of the studies. The mixed models are fitted by own REML in every study, and by
statsmodels as well in the first ones, to see that the p are the same.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from benchmarks.results import Figure, Measurement, Result
from harness.analysis.closed import closed_correlations
from harness.analysis.clustered import dyadic, indefinite, two_way
from harness.analysis.linear import standardised
from harness.analysis.mixed import mixed_rows
from harness.analysis.reml import fit_reml, indicators

N_TASKS, LEVEL, SDS = 10, 0.05, (1.0, 0.6, 1.0)
PLAIN, NODES, MIXED = "least squares, plain errors", "node permutation", "mixed, t with tasks - 2 df"


def run(quick: bool) -> Result:
    """Run the benchmark: study ``i`` has the seed ``i``."""
    n, compared = (20, 2) if quick else (1000, 50)
    found = pd.DataFrame([study(simulated(seed), seed) for seed in range(n)])
    rows = [mixed_rows(simulated(seed), ["x"], N_TASKS, 1 - LEVEL, "")[0] for seed in range(compared)]
    apart = max(abs(row["p"] - found[MIXED][seed]) for seed, row in enumerate(rows))
    own = sum("own REML" in (row["note"] or "") for row in rows)
    counted = found.assign(**{name: found[name].fillna(0.0) for name in (NODES, MIXED)})
    return Result(
        name="inference", title="rates of false findings at .05", device="cpu", figures=_figures(counted),
        measurements=[_rate(str(name), counted[name].dropna()) for name in counted],
        settings={"studies": n, "tasks": N_TASKS, "sds of main, partner, pair": SDS, "level": LEVEL},
        notes=[
            f"{n:,} studies of {N_TASKS} tasks; the spread is the 95 % interval of Wilson for a share.",
            f"statsmodels in {compared} of them: own REML stood in for it in {own}, p at most {apart:.1g} apart.",
            f"Studies without a p (a find where a target is judged): {_missing(found) or 'none'}.",
        ],
    )  # fmt: skip


def study(frame: pd.DataFrame, seed: int) -> dict[str, float]:
    """Return the p of every test of ``x`` in one study; NaN where the test gives none."""
    main, partner = frame["main"].to_numpy(int), frame["partner"].to_numpy(int)
    x, y = sm.add_constant(standardised(frame, ["x"])), standardised(frame, ["gain"])[:, 0]
    fit, df, effects = sm.OLS(y, x).fit(), N_TASKS - 2, indicators(main, partner)
    slope = float(fit.params[1])
    return {
        PLAIN: float(fit.pvalues[1]),
        "least squares, HC3": _p(slope, fit.cov_HC3, fit.df_resid),
        "least squares, two-way clusters": _p(slope, two_way(fit, main, partner), df),
        "least squares, dyadic-robust": _p(slope, dyadic(x, np.asarray(fit.resid), main, partner), df),
        NODES: float(closed_correlations(x[:, 1:], y, main, partner, seed)[1][0]),
        MIXED: reml_p(y, x, effects, df),
        "mixed_shared, t with tasks - 2 df": reml_p(y, x, [effects[0] + effects[1]], df),
    }


def reml_p(y: np.ndarray, x: np.ndarray, effects: list[np.ndarray], df: float) -> float:
    """Return the p of the second column of ``x`` in a fit of ``y``, NaN where the fit failed."""
    fit = fit_reml(y, x, effects)
    return float("nan") if fit.failure else _p(float(fit.estimate[1]), fit.covariance, df)


def simulated(seed: int, n_tasks: int = N_TASKS) -> pd.DataFrame:
    """Return ``main``, ``partner``, ``gain`` and the predictor ``x`` of every directed pair."""
    generator = np.random.default_rng(seed)
    main, partner = np.array(list(itertools.permutations(range(n_tasks), 2))).T
    x, as_main, as_partner = generator.normal(size=(3, n_tasks))
    gain = SDS[0] * as_main[main] + SDS[1] * as_partner[partner] + SDS[2] * generator.normal(size=len(main))
    return pd.DataFrame({"main": main, "partner": partner, "gain": gain, "x": x[main]})


def share(p: Any) -> tuple[float, float, float]:
    """Return the share of ``p`` at most the level, in per cent, between the ends of its 95 % interval (Wilson)."""
    finds = int((np.asarray(p) <= LEVEL).sum())
    interval = stats.binomtest(finds, len(p)).proportion_ci(0.95, "wilson")
    return 100 * interval.low, 100 * finds / len(p), 100 * interval.high


def _p(estimate: float, covariance: np.ndarray, df: float) -> float:
    if indefinite(covariance):
        return float("nan")
    return float(2 * stats.t.sf(abs(estimate) / covariance[1, 1] ** 0.5, df))


def _figures(found: pd.DataFrame) -> list[Figure]:
    """Return what is promised: plain least squares misleads; two tests stay within three points of 5 %."""
    low, rate, high = share(found[PLAIN])
    figures = [Figure(name=PLAIN, value=rate, low=low, high=high, unit="% found", at_least=25)]
    for name in (NODES, MIXED):
        low, rate, high = (abs(end - 100 * LEVEL) for end in share(found[name]))
        figures.append(
            Figure(
                name=f"{name}: distance from 5 %", value=rate, low=min(low, rate, high), high=max(low, high),
                unit="points", at_most=3,
            )
        )  # fmt: skip
    return figures


def _rate(name: str, p: pd.Series) -> Measurement:
    return Measurement(name=name, unit="% found", values=share(p))


def _missing(found: pd.DataFrame) -> str:
    missing = found.isna().sum()
    return ", ".join(f"{name} {n}" for name, n in missing.items() if n)
