"""Predictor ``overlap``: what two tasks have in common: classes, clips, labels, data set and domain."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from scipy.stats import contingency
from sklearn.metrics import normalized_mutual_info_score

from harness.analysis.pairs import COLUMNS
from harness.analysis.predictors.statistics import STATISTICS
from harness.bases.predictor import Predictor

#: Fewer shared clips than this tell nothing of how two tasks' labels go together.
SHARED = 10


class Overlap(Predictor):
    """What two tasks have in common before anything is trained; the same both ways.

    | pair feature | formula | unit |
    | --- | --- | --- |
    | `class_jaccard` | class names in both tasks over class names in either, in lower case (a regression task has \
none); no row for two regression tasks | 0 to 1 |
    | `clip_jaccard` | labelled clips in both tasks over labelled clips in either | 0 to 1 |
    | `label_nmi` | `I(Y_m; Y_p) / ½ (H(Y_m) + H(Y_p))` of the two tasks' labels on the clips that both label | 0 \
to 1 |
    | `label_cramers_v` | `√(χ² / (n (min(r, c) - 1)))` of the table of the two tasks' labels on those clips | 0 to 1 |
    | `same_dataset` | 1 if both are tasks of one data set, else 0 | 0 or 1 |
    | `same_domain` | 1 if the data sets name the same domain (speech, music, …), else 0; no row where one names \
none | 0 or 1 |

    A clip is known by the hash of its decoded samples, so that two data sets with the same recordings share
    them; without a hash by its name in its data set. `label_nmi` and `label_cramers_v` need 10 clips that both
    tasks label, at least two classes of each there, and no regression target; a multilabel clip's
    class is the set of its labels.

    Source: Jaccard 1912 (New Phytologist 11); Strehl and Ghosh 2002 (JMLR 3), with the arithmetic mean; Cramér
    1946, Mathematical Methods of Statistics, chapter 21.
    Cost: nothing: labels and hashes are in the tables.
    Believe it: where classes are named alike on purpose; equal names of unlike things (`1` a digit, `1` a
    grade) count too. Information and V are too large where clips are few for the number of classes, and are known
    only for tasks on shared clips, so that a regression over all pairs leaves them out.
    """

    name = "overlap"

    def task_statistics(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return no row: overlap is of pairs."""
        return pd.DataFrame(columns=STATISTICS)

    def pair_features(self, statistics: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return columns ``main, partner, predictor, value, reliability``; the reliability is null."""
        tasks, labels = tables["tasks"].set_index("task"), _labels(tables)
        rows = []
        for a, b in itertools.combinations(tasks.index, 2):
            for name, value in _common(tasks, labels, a, b):
                rows += [(a, b, name, value, np.nan), (b, a, name, value, np.nan)]
        return pd.DataFrame(rows, columns=COLUMNS)


def _common(
    tasks: pd.DataFrame, labels: Mapping[str, pd.Series], a: str, b: str
) -> Iterator[tuple[str, float]]:
    yield "same_dataset", float(str(tasks.at[a, "dataset"]) == str(tasks.at[b, "dataset"]))
    domains = [tasks.at[task, "domain"] if "domain" in tasks else None for task in (a, b)]
    if all(isinstance(domain, str) and domain for domain in domains):
        yield "same_domain", float(len(set(map(str, domains))) == 1)
    names = [_names(tasks.at[task, "classes"]) for task in (a, b)]
    if names[0] | names[1]:
        yield "class_jaccard", len(names[0] & names[1]) / len(names[0] | names[1])
    either = labels[a].index.union(labels[b].index)
    if len(either):
        shared = labels[a].index.intersection(labels[b].index)
        yield "clip_jaccard", len(shared) / len(either)
        yield from _association(labels[a].loc[shared].dropna(), labels[b].loc[shared].dropna())


def _association(first: pd.Series, second: pd.Series) -> Iterator[tuple[str, float]]:
    """Yield how the labels of two tasks go together on the clips that both label."""
    both = pd.concat([first, second], axis=1, join="inner", keys=["first", "second"])
    if len(both) < SHARED or both["first"].nunique() < 2 or both["second"].nunique() < 2:
        return
    yield "label_nmi", float(normalized_mutual_info_score(both["first"], both["second"]))
    counts = pd.crosstab(both["first"], both["second"]).to_numpy()
    yield "label_cramers_v", float(contingency.association(counts, method="cramer"))


def _names(classes: object) -> set[str]:
    """Return the class names in lower case; none for regression."""
    return (
        {str(name).lower() for name in classes} if isinstance(classes, list | tuple | np.ndarray) else set()
    )


def _labels(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.Series]:
    """Return, by task, the label of every labelled clip by the clip's identity; None for a regression target."""
    tasks = tables["tasks"][["task", "dataset"]]
    clips = tables["clips"][["dataset", "clip", "content_hash"]]
    found = tables["labels"].merge(tasks, on="task").merge(clips, on=["dataset", "clip"], how="left")
    found["identity"] = found["content_hash"].fillna(found["dataset"] + "/" + found["clip"])
    series = {str(task): pd.Series(dtype=object) for task in tasks["task"]}
    for task, part in found.groupby("task"):
        by_clip = part.sort_values("label", kind="stable").groupby("identity")["label"]
        series[str(task)] = by_clip.agg(lambda names: "|".join(names.dropna()) or None)
    return series
