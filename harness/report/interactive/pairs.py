"""The gains of pairs by every metric, for the heatmap and the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from harness.report.facts import Q_LEVEL, Facts
from harness.report.figures.colours import hex_steps, rounded_up
from harness.report.interactive.columns import Columns, coded, rounded
from harness.report.interactive.order import clustered
from harness.report.reading import flags, number, numbers, strings, text

if TYPE_CHECKING:
    import pandas as pd

KEYS = ["feature", "model", "combiner"]
#: So many significant digits of a gain that it is written as in the tables of the page.
DIGITS = 9
NUMBERS = {
    "gain": "gain", "low": "ci_low", "high": "ci_high", "p": "p", "q": "q", "n": "n",
    "alone": "single_mean", "together": "group_mean", "placebo": "placebo_gain",
}  # fmt: skip


def pairs_data(facts: Facts) -> dict[str, Any] | None:
    """Return the gains as columns, with what can be switched; ``None`` where no pair was asked for."""
    primary = facts.of_kind(placebo=False, at_most=2)
    if primary.empty:
        return None
    rows = _with_all_metrics(facts, primary)
    tasks = facts.tasks + sorted({*rows["main"], *rows["partner"]} - set(facts.tasks))
    shown = [task for task in tasks if task in {*rows["main"], *rows["partner"]}]
    slices = list(dict.fromkeys(zip(*(rows[key].map(text) for key in KEYS), strict=True)))
    return {
        "tasks": shown,
        "slices": [list(key) for key in slices],
        "level": Q_LEVEL,
        "colours": hex_steps(),
        "relative": not facts.one_scale,
        "rows": _columns(rows, shown, slices),
        "metrics": _options(rows, shown, slices),
        "floor": _floors(facts, shown, slices),
    }


def _with_all_metrics(facts: Facts, primary: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``gains``, then those by other metrics; ``primary`` tells them apart."""
    import pandas as pd

    others = facts.table("metric_gains")
    if others.empty:
        return primary.assign(primary=True)
    others = others.assign(partners=others["partners"].map(strings), placebo=flags(others, "placebo"))
    others = others[others["partners"].map(len) == 1]
    others = others.assign(partner=others["partners"].map(" + ".join), primary=False)
    others = others.assign(placebo_gain=_placebo_means(others))
    kept = [name for name in (*KEYS, "main", "partner", "metric", "primary", *NUMBERS.values())]
    both = [primary.assign(primary=True)[[*kept, "note", "gain_relative"]], others[~others["placebo"]][kept]]
    return pd.concat([part.astype(object) for part in both], ignore_index=True)


def _placebo_means(rows: pd.DataFrame) -> pd.Series:
    """Return what the main's placebos gave on average, by the same metric."""
    setting = [rows[name].map(text) for name in (*KEYS, "main", "metric")]
    return numbers(rows, "gain").where(rows["placebo"]).groupby(setting).transform("mean")


def _columns(rows: pd.DataFrame, tasks: list[str], slices: Sequence[tuple[str, ...]]) -> Columns:
    keys = zip(*(rows[key].map(text) for key in KEYS), strict=True)
    places = {key: place for place, key in enumerate(slices)}
    metrics = list(dict.fromkeys(rows["metric"].map(text)))
    found: Columns = {
        "slice": [places[key] for key in keys],
        "main": coded(rows["main"], list(tasks)),
        "partner": coded(rows["partner"], list(tasks)),
        "metric": coded(rows["metric"], metrics),
        "primary": [int(flag) for flag in rows["primary"]],
        "note": [text(note) for note in rows["note"]],
        "relative": rounded(rows["gain_relative"], DIGITS),
    }
    return found | {short: rounded(rows[name], DIGITS) for short, name in NUMBERS.items()}


def _options(rows: pd.DataFrame, tasks: Sequence[str], slices: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """Return the metrics, those that can be chosen, and for each choice the colours' limit and orders."""
    names = list(dict.fromkeys(rows["metric"].map(text)))
    first = dict.fromkeys(rows.loc[rows["primary"].astype(bool), "metric"].map(text))
    several = len(first) > 1
    choices = [("", "each task's primary metric")] if several else []
    choices += [(name, f"{name} (primary)" if name in first and not several else name) for name in names]
    return {"names": names, "choices": [_choice(rows, tasks, slices, *choice) for choice in choices]}


def _choice(
    rows: pd.DataFrame, tasks: Sequence[str], slices: Sequence[tuple[str, ...]], metric: str, title: str
) -> dict[str, Any]:
    chosen = rows[rows["primary"].astype(bool) if not metric else rows["metric"].map(text) == metric]
    by = "gain" if metric or chosen["metric"].map(text).nunique() <= 1 else "gain_relative"
    shade = numbers(chosen, by)
    keys = list(zip(*(chosen[key].map(text) for key in KEYS), strict=True))
    orders = []
    for place in slices:
        part = chosen[[key == place for key in keys]]
        orders.append(clustered(tasks, part["main"], part["partner"], numbers(part, by)))
    limit = rounded_up(number(shade.abs().max()) or 0.0)
    return {"metric": metric, "title": title, "by": by, "limit": limit, "clustered": orders}


def _floors(
    facts: Facts, tasks: Sequence[str], slices: Sequence[tuple[str, ...]]
) -> list[list[float | int | None]]:
    """Return the noise floor of each task by slice; it is known in the primary metric alone."""
    noise = facts.noise
    found = {
        (text(row["feature"]), text(row["model"]), text(row["task"])): row["sd"]
        for _, row in noise.iterrows()
    }
    return [rounded([found.get((key[0], key[1], task)) for task in tasks], DIGITS) for key in slices]
