"""What the study cost: training time by cell, trials and runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report import words
from harness.report.blocks import Column, folded, note, number_of, section, table, words_of
from harness.report.facts import Facts
from harness.report.interactive.parts import added
from harness.report.markup import Html, tag
from harness.report.reading import flags, is_null, numbers, strings, text

if TYPE_CHECKING:
    import pandas as pd

LONG = 30

COLUMNS = (
    Column("tasks", lambda row: row["tasks"]),
    words_of("feature", "feature"),
    words_of("model", "model"),
    words_of("combiner", "combiner"),
    Column("placebo", lambda row: "yes" if row["placebo"] else "no"),
    words_of("status", "status"),
    number_of("trials", "trials", lambda value: words.plain(value, 0)),
    number_of("trials' time", "trial_time_s", words.duration),
    number_of("runs", "runs", lambda value: words.plain(value, 0)),
    number_of("runs' time", "run_time_s", words.duration),
)


def cost(facts: Facts) -> Html:
    """Return totals and the time of each cell."""
    cells = by_cell(facts)
    if cells.empty:
        return section("cost", "Cost", note("Nothing was trained, so nothing was spent."))
    caption = (
        "Training time by cell, the longest first. Where the best trial's own training is the first "
        "seed's run, its time "
        "is in both columns, because it was trained once."
    )
    whole = table("cost", caption, COLUMNS, cells)
    return section(
        "cost",
        "Cost",
        tag("p", _totals(facts, cells)),
        added(facts, "cost", "Training time by cell, trials and runs"),
        whole if len(cells) <= LONG else folded(f"All {len(cells):,} cells", whole),
    )


def by_cell(facts: Facts) -> pd.DataFrame:
    """Return the cells with the number and wall time of their trials and runs, the longest first."""
    cells = facts.table("cells").copy()
    for kind, table_name in (("trial", "trials"), ("run", "runs")):
        rows = facts.table(table_name)
        time = numbers(rows, "wall_time_s").groupby(rows["cell_id"].map(text))
        identity = cells["cell_id"].map(text)
        cells[f"{kind}_time_s"] = identity.map(time.sum()).fillna(0.0)
        cells[f"{kind}s"] = identity.map(time.size()).fillna(0).astype("int64")
    cells["tasks"] = cells["tasks"].map(strings).map(" + ".join)
    cells["placebo"] = flags(cells, "placebo")
    order = (cells["trial_time_s"] + cells["run_time_s"]).sort_values(ascending=False, kind="stable").index
    return cells.loc[order].reset_index(drop=True)


def _totals(facts: Facts, cells: pd.DataFrame) -> str:
    trials, runs = facts.table("trials"), facts.table("runs")
    pruned = int((trials["status"].map(text) == "pruned").sum())
    failed = int((trials["status"].map(text) == "failed").sum()) + int(
        (runs["status"].map(text) == "failed").sum()
    )
    parts = [
        f"{words.count(int(cells['trials'].sum()), 'trial')} took "
        f"{words.duration(cells['trial_time_s'].sum())} of training, "
        f"{words.count(int(cells['runs'].sum()), 'run')} {words.duration(cells['run_time_s'].sum())}",
        f"{words.count(pruned, 'trial was', 'trials were')} pruned, {words.count(failed, 'training')} failed",
    ]
    parts += [part for part in (_reused(trials, runs, cells), _left_out(facts)) if part]
    elapsed = _elapsed(facts)
    return "; ".join(parts + ([f"from first start to last end: {elapsed}"] if elapsed else [])) + "."


def _reused(trials: pd.DataFrame, runs: pd.DataFrame, cells: pd.DataFrame) -> str:
    """Say how many runs are the best trial's own training: the same cell, fold and wall time, to the last digit."""
    known = set(zip(trials["cell_id"], trials["fold"], trials["wall_time_s"], strict=True))
    of_runs = zip(runs["cell_id"], runs["fold"], runs["wall_time_s"], strict=True)
    same = [not is_null(key[2]) and key in known for key in of_runs]
    if not any(same):
        return ""
    once = cells["trial_time_s"].sum() + cells["run_time_s"].sum() - numbers(runs, "wall_time_s")[same].sum()
    reused = words.count(sum(same), "run is", "runs are")
    return (
        f"{reused} the best trial's own training, reused and not repeated, so that all trainings together took "
        f"{words.duration(once)}"
    )


def _left_out(facts: Facts) -> str:
    clips = len(facts.table("quarantine"))
    return f"{words.count(clips, 'clip was', 'clips were')} left out" if clips else ""


def _elapsed(facts: Facts) -> str:
    start, end = (facts.record.get(key) for key in ("started_at_utc", "finished_at_utc"))
    if start is None or end is None or is_null(start) or is_null(end):
        return ""
    return words.duration((end - start).total_seconds())
