"""In words: does the pattern of gains stay when the model, the feature or the combiner changes?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report import words
from harness.report.facts import Facts
from harness.report.reading import number, rows_of, text

if TYPE_CHECKING:
    import pandas as pd

FACTORS = ("model", "feature", "combiner")
#: A correlation with a smaller p is called one.
P_LEVEL = 0.05
OVER_ALL, INSIDE = "spearman", "spearman_within_main"


def stays(facts: Facts) -> list[str]:
    """Return a clause a factor that was varied; one that says why there is none otherwise."""
    rows = facts.table("patterns")
    said = [_factor(factor, rows[rows["factor"].map(text) == factor]) for factor in FACTORS]
    found = [clause for clause in said if clause]
    return found or [_nothing(facts)]


def _nothing(facts: Facts) -> str:
    levels = [facts.pairs[factor].map(text).nunique() for factor in FACTORS]
    if max(levels, default=0) > 1:
        return "whether the pattern stays was not analysed"
    return (
        "whether the pattern stays cannot be said: pairs were measured with one model, one feature and one "
        "combiner"
    )


def _factor(factor: str, rows: pd.DataFrame) -> str:
    over_all, inside = (rows[rows["statistic"].map(text) == name] for name in (OVER_ALL, INSIDE))
    known = over_all[over_all["value"].map(number).notna()]
    if over_all.empty:
        return ""
    if known.empty:
        why = text(over_all["note"].iloc[0]) or "no correlation is defined"
        return f"between {factor}s the pattern could not be compared ({why})"
    parts = [f"gains of the same pairs correlate {_range(known)}", _within(inside)]
    return f"between {_who(factor, known)} {'; '.join(part for part in parts if part)}"


def _who(factor: str, rows: pd.DataFrame) -> str:
    if len(rows) == 1:
        return f"the {factor}s {text(rows['a'].iloc[0])} and {text(rows['b'].iloc[0])}"
    return f"{words.count(len(rows), 'pair')} of {factor}s"


def _range(rows: pd.DataFrame) -> str:
    """Return ``by .62 (p .010; 30 pairs of 6 tasks)``, or the range and how many are marked."""
    records = rows_of(rows)
    if len(records) == 1:
        row = records[0]
        sample = (
            f"{words.count(int(row['n']), 'directed pair')} of {words.count(int(row['n_tasks']), 'task')}"
        )
        return f"by {words.signed(row['value'], 2)} (Spearman; p {words.probability(row['p'])}; {sample})"
    values = sorted(number(row["value"]) or 0.0 for row in records)
    ends = f"{words.signed(values[0], 2)} to {words.signed(values[-1], 2)}"
    return f"by {ends} (Spearman; {_marked(rows)} of {len(records)} at p < .05)"


def _within(rows: pd.DataFrame) -> str:
    known = rows[rows["value"].map(number).notna()]
    if known.empty:
        return "within a main task too few are left to say whether the same partners help"
    values = sorted(number(row["value"]) or 0.0 for row in rows_of(known))
    ends = " to ".join(dict.fromkeys(words.signed(value, 2) for value in (values[0], values[-1])))
    verdict = {True: "the same partners help", False: "that the same partners help is not shown"}
    sure = verdict[_marked(known) == len(known)]
    how = (
        f"p {words.probability(known['p'].iloc[0])}"
        if len(known) == 1
        else f"{_marked(known)} of {len(known)}"
    )
    how += "" if len(known) == 1 else " at p < .05"
    return f"within a main task by {ends} ({how}): {sure}"


def _marked(rows: pd.DataFrame) -> int:
    p, value = rows["p"].map(number), rows["value"].map(number)
    return sum(a is not None and a < P_LEVEL and (b or 0) > 0 for a, b in zip(p, value, strict=True))
