"""Classification reports from confusion matrices."""

from __future__ import annotations

from typing import Any

import pandas as pd

#: A matrix is of one run, task, part, epoch, and class (where the task is multilabel).
KEYS = ["study_id", "cell_id", "run_id", "task", "split", "epoch"]
ABSENT, PRESENT = "absent", "present"
#: Rows of a report that are means over classes.
MACRO, WEIGHTED = "macro avg", "weighted avg"


def classification_report(confusions: pd.DataFrame) -> pd.DataFrame:
    """Return precision, recall, F1 and support by class, for every matrix in rows of the table ``confusions``.

    The columns are those of the table that say which matrix (as far as they are given), ``label``, ``precision``,
    ``recall``, ``f1`` and ``support``. ``label`` is a class that occurs among targets or predictions, then
    ``macro avg`` and ``weighted avg`` (by support). What divides by zero is 0, as with scikit-learn's
    ``classification_report(zero_division=0)``, with which the numbers agree: precision TP / (TP + FP), recall
    TP / (TP + FN), F1 2 TP / (2 TP + FP + FN). Means over several runs, or summed matrices, are the caller's:
    matrices whose key columns were dropped are added.
    """
    keys = [name for name in KEYS if name in confusions]
    if confusions.empty:
        return pd.DataFrame(columns=[*keys, "label", "precision", "recall", "f1", "support"])
    groups: Any = confusions.groupby(keys, dropna=False, sort=False) if keys else [((), confusions)]
    reports = []
    for values, rows in groups:
        report = _report(rows)
        for name, value in zip(reversed(keys), reversed(values), strict=True):
            report.insert(0, name, value)
        reports.append(report)
    return pd.concat([report.astype(reports[0].dtypes.to_dict()) for report in reports], ignore_index=True)


def _report(rows: pd.DataFrame) -> pd.DataFrame:
    by_class = rows["label"].notna().any() if "label" in rows else False
    counts = _multilabel_counts(rows) if by_class else _counts(rows)
    report = pd.DataFrame(
        {
            "precision": _ratio(counts["hit"], counts["decided"]),
            "recall": _ratio(counts["hit"], counts["support"]),
            "f1": _ratio(2 * counts["hit"], counts["decided"] + counts["support"]),
            "support": counts["support"],
        }
    )
    weights = _ratio(report["support"], pd.Series(report["support"].sum(), report.index))
    numbers = report[["precision", "recall", "f1"]]
    total = int(report["support"].sum())
    report.loc[MACRO] = [*numbers.mean(), total]
    report.loc[WEIGHTED] = [*numbers.mul(weights, axis=0).sum(), total]
    report["support"] = report["support"].astype("int64")
    return report.rename_axis("label").reset_index()


def _counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``hit``, ``decided`` and ``support`` by class."""
    classes = sorted({*rows["target"], *rows["prediction"]})
    right = rows[rows["target"] == rows["prediction"]]
    sums = {
        "hit": right.groupby("target")["n"].sum(),
        "decided": rows.groupby("prediction")["n"].sum(),
        "support": rows.groupby("target")["n"].sum(),
    }
    return pd.DataFrame({name: found.reindex(classes, fill_value=0) for name, found in sums.items()})


def _multilabel_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """As :func:`_counts`, from a matrix of absent and present a class; in the order of the table."""
    classes = list(dict.fromkeys(rows["label"]))
    present, decided = rows["target"] == PRESENT, rows["prediction"] == PRESENT
    sums = {"hit": present & decided, "decided": decided, "support": present}
    return pd.DataFrame(
        {
            name: rows[chosen].groupby("label")["n"].sum().reindex(classes, fill_value=0)
            for name, chosen in sums.items()
        }
    )


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    return (above / below.where(below > 0)).astype(float).fillna(0.0)
