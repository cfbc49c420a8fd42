"""In words: do pairs tell about larger groups? And which groups gained most and least."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report import words
from harness.report.facts import Facts
from harness.report.reading import number, numbers, rows_of, text

if TYPE_CHECKING:
    import pandas as pd

KEYS = ["feature", "model", "combiner"]


def larger(facts: Facts) -> list[str]:
    """Return clauses on how well the mean of pairs told the gains in groups of three or more."""
    if facts.larger.empty:
        return ["no larger group was measured, so nothing is known of what pairs tell about them"]
    rows = {text(row["statistic"]): row for row in rows_of(facts.table("groups_from_pairs"))}
    known = {name: number(row["value"]) for name, row in rows.items()}
    if known.get("mae") is None:
        return [_why(rows)]
    errors = (
        f"the mean of a main task's pairs misses its gain in a larger group by {words.plain(known['mae'])} "
        f"on average ({words.count(int(rows['mae']['n']), 'gain')}; {_zero(known)}; "
        f"bias {words.signed(known.get('bias'))})"
    )
    return [errors, _correlation(rows, known)]


def _why(rows: dict[str, dict[str, object]]) -> str:
    note = text(rows["mae"]["note"]) if "mae" in rows else ""
    return f"what pairs tell about larger groups {'cannot be said: ' + note if note else 'was not analysed'}"


def _zero(known: dict[str, float | None]) -> str:
    mae, zero = known["mae"], known.get("mae_of_zero")
    if mae is None or zero is None:
        return "no comparison"
    better = "better than" if mae < zero else "no better than"
    return f"{better} saying that no group gains: {words.plain(zero)}"


def _correlation(rows: dict[str, dict[str, object]], known: dict[str, float | None]) -> str:
    value = known.get("spearman")
    if value is None:
        note = text(rows["spearman"]["note"]) if "spearman" in rows else ""
        return f"a correlation is not defined{f' ({note})' if note else ''}"
    inside = known.get("spearman_within_main")
    said = f"predicted and measured gains correlate by {words.signed(value, 2)} (Spearman; p {_p(rows, 'spearman')})"
    if inside is None:
        return f"{said}, main tasks' own levels included"
    return f"{said}, within a main task by {words.signed(inside, 2)} (p {_p(rows, 'spearman_within_main')})"


def _p(rows: dict[str, dict[str, object]], name: str) -> str:
    return words.probability(rows[name]["p"])


def by_group(facts: Facts) -> pd.DataFrame:
    """Return a row a larger group and setting, the best first: means over its main tasks.

    Columns ``tasks``, ``feature``, ``model``, ``combiner``, ``gain``, ``predicted`` (null unless every main
    task has one), ``worst``: the smallest gain of a main task. Relative gains where metrics differ.
    """
    import pandas as pd

    rows = facts.group_predictions
    gain, predicted = ("gain", "predicted") if facts.one_scale else ("gain_relative", "predicted_relative")
    kept = rows.assign(gain=numbers(rows, gain), predicted=numbers(rows, predicted))
    kept = kept[kept["gain"].notna()]
    found = []
    for _, part in kept.groupby(kept["cell_id"].map(text), sort=False):
        first = part.iloc[0]
        tasks = sorted({text(first["main"]), *first["partners"]})
        row = {"tasks": " + ".join(tasks), **{key: first[key] for key in KEYS}, "n": len(part)}
        row |= {"gain": part["gain"].mean(), "worst": part["gain"].min()}
        found.append(row | {"predicted": part["predicted"].mean(skipna=False)})
    names = ["tasks", *KEYS, "n", "gain", "worst", "predicted"]
    return pd.DataFrame(found, columns=names).sort_values("gain", ascending=False, ignore_index=True)
