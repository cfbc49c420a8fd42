"""Which predictors and probes were used, what values they have, and how reliable they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.report import words
from harness.report.blocks import Column, folded, number_of, optional, subsection, table, words_of
from harness.report.facts import Facts
from harness.report.markup import Html, tag
from harness.report.reading import number, numbers, text

if TYPE_CHECKING:
    import pandas as pd

TITLE = "Predictors and probes used"
#: Statistics with a smaller share of variance between tasks say more about the run than about the task.
RELIABLE = 0.5
SPREAD = (
    number_of("pairs", "pairs", lambda value: words.plain(value, 0)),
    number_of("lowest", "lowest"),
    number_of("median", "median"),
    number_of("highest", "highest"),
)
CAPTION = "Pair features as the regressions saw them: over all directed pairs."
PROBES = (
    "Probes: what was measured on features and on the networks of single tasks, over folds and seeds; the main "
    "task is the one that would gain."
)


def used(facts: Facts) -> Html | None:
    """Return what was asked for, unreliable statistics, and the values of pair features and probes."""
    features, probes = facts.table("pair_features"), facts.table("probes")
    if features.empty and probes.empty:
        return None
    of_features, of_probes = _spread(features, "predictor"), _spread(probes, "probe")
    reliability = number_of("reliability", "reliability")
    columns = (words_of("pair feature", "name"), *SPREAD, *optional(of_features, "reliability", reliability))
    return subsection(
        "used",
        TITLE,
        tag("p", " ".join(_said(facts, of_features, of_probes))),
        _folded("predictors", "pair features", CAPTION, columns, of_features),
        _folded("probes", "probes", PROBES, (words_of("probe", "name"), *SPREAD), of_probes),
    )


def _folded(
    name: str, what: str, caption: str, columns: tuple[Column, ...], rows: pd.DataFrame
) -> Html | None:
    return folded(f"{len(rows)} {what}", table(name, caption, columns, rows)) if len(rows) else None


def _spread(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return ``name, pairs, lowest, median, highest, reliability``, a line a feature or probe."""
    import pandas as pd

    found: list[dict[str, Any]] = []
    for name, part in rows.groupby(rows[by].map(text), sort=False):
        values = numbers(part, "value")
        known = part[values.notna()]
        row = {"name": name, "pairs": len(set(zip(known["main"], known["partner"], strict=True)))}
        row |= {"lowest": values.min(), "median": values.median(), "highest": values.max()}
        reliable = numbers(part, "reliability") if "reliability" in part.columns else values.iloc[:0]
        found.append(row | {"reliability": reliable.median()})
    names = ["name", "pairs", "lowest", "median", "highest", "reliability"]
    return pd.DataFrame(found, columns=names)


def _said(facts: Facts, features: pd.DataFrame, probes: pd.DataFrame) -> list[str]:
    asked = [_name(found) for found in facts.setting("analysis", "predictors") or ()]
    said = [f"Asked for: {words.listing(asked)}."] if asked else []
    said.append(f"{words.count(len(features), 'pair feature')}, {words.count(len(probes), 'probe')}.")
    weak = _unreliable(facts)
    return said + (
        [
            f"Less than half of the variance is between tasks (reliability below {RELIABLE:g}) in "
            f"{words.listing(weak[:8])}{f' and {len(weak) - 8} more' if len(weak) > 8 else ''}: such "
            "statistics change from run to run and can explain little."
        ]
        if weak
        else []
    )


def _name(found: Any) -> str:
    return text(found.get("name")) if isinstance(found, dict) else text(found)


def _unreliable(facts: Facts) -> list[str]:
    rows = facts.table("task_stats")
    known = {text(row["statistic"]): number(row["reliability"]) for _, row in rows.iterrows()}
    return [name for name, value in known.items() if value is not None and value < RELIABLE]
