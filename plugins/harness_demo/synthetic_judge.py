"""How related the tasks of ``synthetic`` are in truth, and whether a study found it: related partners help, placebo
partners do not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pandas as pd
from sklearn.metrics import roc_auc_score

from harness_demo.synthetic_latent import direction
from harness_demo.synthetic_parameters import TASK, SyntheticParameters

ALPHA = 0.05


#: What a data set of a study file has beside its parameters.
DATASET_KEYS = ("as", "use", "splits")


def relatedness(parameters: Mapping[str, SyntheticParameters]) -> pd.DataFrame:
    """Return ``main, partner, relatedness`` of every directed pair of tasks (task name to its parameters).

    Relatedness is the absolute cosine of the two directions: 1 where one combination of factors decides both
    labels, 0 where they have no factor in common. It has no sign, since a head may turn its class around.
    """
    units = {task: direction(one) for task, one in parameters.items()}
    rows = [
        {"main": main, "partner": partner, "relatedness": abs(float(units[main] @ units[partner]))}
        for main, partner in permutations(units, 2)
    ]
    return pd.DataFrame(rows, columns=["main", "partner", "relatedness"])


def judge(tables: Mapping[str, pd.DataFrame], *, related: float = 0.5) -> dict[str, Any]:
    """Compare a study's gains with the truth: ``judge(harness.load_study(path).tables)``.

    Real pairs of two tasks are ranked by ``gain``; those whose relatedness is at least ``related`` are the
    related ones. Returns

    - ``n_related``, ``n_unrelated``: directed pairs of each sort that have a gain,
    - ``auc``: the probability that a related pair has the larger gain than an unrelated one (ties count half;
      Mann and Whitney 1947),
    - ``spearman``: rank correlation of gain and relatedness over all directed pairs,
    - ``related_gain``, ``unrelated_gain``, ``placebo_gain``: mean gains,
    - ``n_placebos``, ``placebo_min_q``: placebo rows that have a q, and the smallest q among them,
    - ``placebos_found``: main tasks of placebos with a gain (of either sign) at q < .05.

    Raises:
        ValueError: pairs whose relatedness is not known, or not both sorts of pairs.
    """
    gains, truth = tables["gains"], study_relatedness(tables["study"])
    rows = gains[gains["gain"].notna() & (gains["partners"].map(len) == 1)]
    is_placebo = rows["placebo"].astype(bool)
    pairs, placebos = _with_truth(rows[~is_placebo], truth), rows[is_placebo]
    positive = pairs["relatedness"] >= related
    if positive.nunique() < 2:
        raise ValueError(
            f"{int(positive.sum())} of {len(pairs)} pairs are related by {related} or more; "
            "allowed: some, and not all"
        )
    tested = placebos[placebos["q"].notna()]
    return {
        "n_related": int(positive.sum()),
        "n_unrelated": int((~positive).sum()),
        "auc": float(roc_auc_score(positive, pairs["gain"])),
        "spearman": float(pairs["gain"].corr(pairs["relatedness"], method="spearman")),
        "related_gain": float(pairs.loc[positive, "gain"].mean()),
        "unrelated_gain": float(pairs.loc[~positive, "gain"].mean()),
        "placebo_gain": float(placebos["gain"].mean()),
        "n_placebos": len(tested),
        "placebo_min_q": float(tested["q"].min()),
        "placebos_found": sorted(tested.loc[tested["q"] < ALPHA, "main"]),
    }


def study_relatedness(study: pd.DataFrame) -> pd.DataFrame:
    """Return ``main, partner, relatedness`` of the tasks of a study, from its resolved file (table ``study``).

    Data sets other than ``synthetic`` are left out.
    """
    chosen = [
        one for one in json.loads(study["config_json"].iloc[0])["datasets"] if one["use"] == "synthetic"
    ]
    return relatedness({f"{one['as']}/{TASK}": _parameters(one) for one in chosen})


def _parameters(dataset: Mapping[str, Any]) -> SyntheticParameters:
    return SyntheticParameters(**{key: value for key, value in dataset.items() if key not in DATASET_KEYS})


def _with_truth(pairs: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    named = pairs.assign(partner=[partners[0] for partners in pairs["partners"]])
    found = named.merge(truth, on=["main", "partner"], how="left")
    unknown = found[found["relatedness"].isna()]
    if len(unknown):
        raise ValueError(f"no relatedness for {unknown['main'].iloc[0]} with {unknown['partner'].iloc[0]}")
    return found
