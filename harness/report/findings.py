"""The answer in one to three sentences: what was found, what the controls gave, and how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report import words
from harness.report.facts import Facts, significant
from harness.report.reading import number, text
from harness.report.verdicts import overall, verdicts

if TYPE_CHECKING:
    import pandas as pd


def findings(facts: Facts) -> list[str]:
    """Return one to three clauses without a full stop; the first one always says what was found."""
    if not len(facts.gains):
        return [*_prefixed(facts, _without_gains(facts))]
    clauses = [*_prefixed(facts, _gains(facts)), _controls(facts), _certainty(facts)]
    return [clause for clause in clauses if clause]


def _prefixed(facts: Facts, clause: str) -> list[str]:
    if facts.complete or facts.n_done == 0:
        return [clause]
    return [f"incomplete ({facts.n_done:,} of {facts.n_cells:,} cells), so far {clause}"]


def _without_gains(facts: Facts) -> str:
    cells = facts.table("cells")
    failed = int((cells["status"] == "failed").sum())
    if facts.n_cells == 0:
        return "nothing was planned, so there is nothing to say"
    if facts.n_done == 0 and failed:
        every = "every one of the" if failed == facts.n_cells else f"{failed:,} of the"
        return f"{every} {words.count(facts.n_cells, 'cell')} failed and none is done{_commonest(facts)}: nothing can be said"
    if facts.n_done == 0:
        return f"none of the {words.count(facts.n_cells, 'cell')} is done yet: nothing can be said"
    sizes = cells["group_size"].map(number)
    if not any(size is not None and size > 1 for size in sizes):
        return f"only single tasks were trained, so there are no gains; {_singles(facts)}"
    why = f" ({words.count(failed, 'cell')} failed{_commonest(facts)})" if failed else ""
    return f"no gain could be measured yet{why}: a gain needs the group and its main task alone, in the same fold and seed"


def _commonest(facts: Facts) -> str:
    types = facts.table("failures")["error_type"].map(text)
    types = types[types != ""]
    return f", most often by {types.value_counts().index[0]}" if len(types) else ""


def _singles(facts: Facts) -> str:
    scores = single_scores(facts)
    if not scores:
        return "no test score is there yet"
    worst, best = min(scores, key=lambda task: scores[task]), max(scores, key=lambda task: scores[task])
    if worst == best:
        return f"{best} scored {words.plain(scores[best])}"
    return (
        f"test scores go from {words.plain(scores[worst])} ({worst}) to {words.plain(scores[best])} ({best})"
    )


def single_scores(facts: Facts) -> dict[str, float]:
    """Return each task's mean test score alone, by its primary metric, over all features, models, folds and seeds."""
    cells, scores, tasks = facts.table("cells"), facts.table("scores"), facts.table("tasks")
    alone = cells.loc[cells["group_size"].map(number) == 1, "cell_id"]
    primary = {text(task): text(metric) for task, metric in zip(tasks["task"], tasks["metric"], strict=True)}
    kept = scores[
        scores["cell_id"].isin(alone) & (scores["split"] == "test") & (scores["label"].map(text) == "")
    ]
    kept = kept[kept["task"].map(text).map(primary).eq(kept["metric"].map(text))]
    means = kept.assign(value=kept["value"].map(number).astype("float64")).groupby("task")["value"].mean()
    return {text(task): float(value) for task, value in means.dropna().items()}


def _gains(facts: Facts) -> str:
    gains = facts.gains
    tested = gains[gains["q"].notna()]
    noun = "directed gain" if len(facts.larger) == 0 else "gain"
    if tested.empty:
        above = int((gains["gain"] > 0).sum())
        return (
            f"{above} of {words.count(len(gains), f'measured {noun}')} {'is' if above == 1 else 'are'} above zero, but none "
            f"has an interval or a test{_why(gains)}, so how sure that is stays unknown ({_extreme(facts, gains)})"
        )
    marked = tested[significant(tested)]
    up, down = int((marked["gain"] > 0).sum()), int((marked["gain"] < 0).sum())
    of = f"{words.count(len(tested), noun)}{_untested(gains, tested)}"
    if not up and not down:
        return f"none of {of} differs from zero at q < .05 ({_extreme(facts, tested)})"
    said = f"{up} of {of} {'is' if up == 1 else 'are'} positive and {down} negative at q < .05"
    return f"{said} ({_extreme(facts, marked)})"


def _why(gains: pd.DataFrame) -> str:
    notes = gains["note"].map(text)
    notes = notes[notes != ""]
    return f" ({notes.value_counts().index[0]})" if len(notes) else ""


def _untested(gains: pd.DataFrame, tested: pd.DataFrame) -> str:
    return "" if len(tested) == len(gains) else f" with a test ({len(gains) - len(tested)} without)"


def _extreme(facts: Facts, gains: pd.DataFrame) -> str:
    """Name the largest gain, or the largest loss where every gain given is a loss."""
    order = gains[facts.rank].astype("float64").fillna(gains["gain"])
    losses_only = bool((gains["gain"] < 0).all())
    row = gains.loc[order.idxmin() if losses_only else order.idxmax()]
    word = "largest loss" if losses_only else "largest"
    ends = words.interval(row["ci_low"], row["ci_high"])
    return f"{word}: {named(row)} {words.signed(row['gain'])} {ends}".rstrip() + (
        "" if facts.one_scale else f" {text(row['metric'])}"
    )


def named(row: pd.Series) -> str:
    """Return ``main | partner``: the gain of main from training with partner."""
    return f"{text(row['main'])} | {row['partner']}"


def _controls(facts: Facts) -> str:
    parts = []
    if len(facts.placebos):
        column = facts.rank
        mean = number(facts.placebos[column].mean())
        size = (
            words.signed(mean)
            if column == "gain"
            else f"{words.signed(None if mean is None else 100 * mean, 1)} %"
        )
        marked = int(significant(facts.placebos).sum())
        parts.append(
            f"placebo partners gave {size} on average ({marked} of {len(facts.placebos)} at q < .05)"
        )
    else:
        parts.append(
            "no placebo was trained, so task relatedness is not told from training with anything else"
        )
    if len(facts.noise) and facts.one_scale:
        parts.append(
            f"alone against alone differs by {words.plain(facts.noise['value'].median())} (median over tasks)"
        )
    return "; ".join(parts)


def _certainty(facts: Facts) -> str:
    n = len(facts.tasks) or facts.gains["main"].nunique()
    detectable = facts.gains[facts.gains["q"].notna()]["detectable_gain"].dropna()
    parts = [f"the effective sample is {words.count(n, 'task')}"]
    if len(detectable) and facts.one_scale:
        smallest = words.plain(detectable.median())
        parts.append(f"only true gains of {smallest} or more (median) could be found with 80 % power")
    parts.append(overall(verdicts(facts)))
    return "; ".join(part for part in parts if part)
