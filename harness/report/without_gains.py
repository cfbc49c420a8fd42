"""What can be said of a study that has no gain: nothing done, only singles, or all failed."""

from __future__ import annotations

from harness.report import words
from harness.report.facts import Facts
from harness.report.reading import number, numbers, text


def without_gains(facts: Facts) -> str:
    """Return the clause that says why there is no gain, and what there is instead."""
    cells = facts.table("cells")
    failed = int((cells["status"].map(text) == "failed").sum())
    planned = words.count(facts.n_cells, "cell")
    if facts.n_cells == 0:
        return "nothing was planned, so there is nothing to say"
    if facts.n_done == 0 and failed:
        who = f"all {planned}" if failed >= facts.n_cells else f"{failed:,} of {planned}"
        return f"{who} failed and none is done{_commonest(facts)}: nothing can be said"
    if facts.n_done == 0:
        return f"none of {planned} is done yet: nothing can be said"
    if not any((number(size) or 0) > 1 for size in cells["group_size"]):
        return f"only single tasks were asked for, so there are no gains; {_singles(facts)}"
    why = f" ({words.count(failed, 'cell')} failed{_commonest(facts)})" if failed else ""
    needs = "a gain needs the group and its main task alone, in the same fold and seed"
    return f"no gain could be measured{why}: {needs}"


def single_scores(facts: Facts) -> dict[str, float]:
    """Return each task's mean test score alone, in its primary metric, over all runs of all single cells."""
    scores, tasks = facts.table("scores"), facts.table("tasks")
    primary = dict(zip(tasks["task"].map(text), tasks["metric"].map(text), strict=True))
    whole = (scores["split"].map(text) == "test") & (scores["label"].map(text) == "")
    kept = scores[whole & scores["cell_id"].map(text).isin(facts.singles)]
    kept = kept[kept["task"].map(text).map(primary) == kept["metric"].map(text)]
    means = numbers(kept, "value").groupby(kept["task"].map(text)).mean().dropna()
    return {str(task): float(value) for task, value in means.items()}


def _singles(facts: Facts) -> str:
    scores = single_scores(facts)
    if not scores:
        return "no test score is there yet"
    worst, best = min(scores, key=lambda task: scores[task]), max(scores, key=lambda task: scores[task])
    if worst == best:
        return f"{best} scored {words.plain(scores[best])}"
    ends = [f"{words.plain(scores[task])} ({task})" for task in (worst, best)]
    return f"mean test scores go from {ends[0]} to {ends[1]}"


def _commonest(facts: Facts) -> str:
    types = facts.table("failures")["error_type"].map(text)
    types = types[types != ""]
    return f", most often by {types.value_counts().index[0]}" if len(types) else ""
