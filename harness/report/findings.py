"""The answer in one to three sentences: what was found, what the controls gave, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.report import words
from harness.report.facts import Facts, significant
from harness.report.reading import number, rows_of, text
from harness.report.verdicts import overall, verdicts
from harness.report.without_gains import without_gains

if TYPE_CHECKING:
    import pandas as pd


def findings(facts: Facts) -> list[str]:
    """Return one to three clauses without a full stop; the first one always says what was found."""
    found = _gains(facts) if len(facts.gains) else without_gains(facts)
    if not facts.complete and facts.n_done:
        found = f"incomplete ({facts.n_done:,} of {facts.n_cells:,} cells), so far {found}"
    rest = [_controls(facts), _certainty(facts)] if len(facts.gains) else []
    return [found, *(clause for clause in rest if clause)]


def helps(facts: Facts) -> list[str]:
    """Return what was found and what the controls gave: the answer to which tasks help each other."""
    if facts.gains.empty:
        return [without_gains(facts)]
    return [_gains(facts), _controls(facts)]


def _gains(facts: Facts) -> str:
    gains = facts.gains
    noun = "gain" if len(facts.larger) else "directed gain"
    tested = gains[gains["q"].notna()]
    if tested.empty:
        above = int((gains["gain"] > 0).sum())
        said = (
            f"{above} of {words.count(len(gains), noun)} {_is(above)} above zero ({_extreme(facts, gains)})"
        )
        return f"{said}, but none has an interval{_why(gains)}, so how sure that is stays unknown"
    marked = tested[significant(tested)]
    up, down = int((marked["gain"] > 0).sum()), int((marked["gain"] < 0).sum())
    untested = len(gains) - len(tested)
    of = words.count(len(tested), noun) + (f" (and {untested} without an interval)" if untested else "")
    if not up and not down:
        return f"none of {of} differs from zero at q < .05 ({_extreme(facts, tested)})"
    negative = f" and {down} negative" if down else ""
    return f"{up} of {of} {_is(up)} positive{negative} at q < .05 ({_extreme(facts, marked)})"


def _is(n: int) -> str:
    return "is" if n == 1 else "are"


def _why(gains: pd.DataFrame) -> str:
    notes = gains["note"].map(text)
    notes = notes[notes != ""]
    return f" ({notes.value_counts().index[0]})" if len(notes) else ""


def _extreme(facts: Facts, gains: pd.DataFrame) -> str:
    """Name the largest gain, or the largest loss where every gain given is a loss."""
    order = gains[facts.rank].fillna(gains["gain"])
    all_lost = bool((gains["gain"] < 0).all())
    row = rows_of(gains)[int(order.argmin() if all_lost else order.argmax())]
    ends = words.interval(row["ci_low"], row["ci_high"])
    metric = "" if facts.one_scale else text(row["metric"])
    parts = [f"largest{' loss' if all_lost else ''}: {named(row)}", words.signed(row["gain"]), ends, metric]
    return " ".join(part for part in parts if part)


def named(row: Mapping[str, Any]) -> str:
    """Return ``main | partner``: the gain of main from training with partner."""
    return f"{text(row['main'])} | {row['partner']}"


def _controls(facts: Facts) -> str:
    parts = [_placebos(facts) if len(facts.placebos) else "no placebo was measured to compare with"]
    if len(facts.noise) and facts.one_scale:
        spread = words.plain(facts.noise["sd"].median())
        parts.append(f"one difference alone against alone spreads by {spread} (sd, median over tasks)")
    return "; ".join(parts)


def _placebos(facts: Facts) -> str:
    mean = number(facts.placebos[facts.rank].mean())
    size = words.signed(mean)
    if not facts.one_scale:
        size = words.NOTHING if mean is None else f"{words.signed(100 * mean, 1)} % of the score"
    marked = int(significant(facts.placebos).sum())
    return f"placebo partners gave {size} on average ({marked} of {len(facts.placebos)} at q < .05)"


def _certainty(facts: Facts) -> str:
    n = len(facts.tasks) or facts.gains["main"].nunique()
    detectable = facts.gains.loc[facts.gains["q"].notna(), "detectable_gain"].dropna()
    parts = [f"the effective sample is {words.count(n, 'task')}"]
    if len(detectable) and facts.one_scale:
        smallest = words.plain(detectable.median())
        parts.append(f"only true gains of {smallest} or more (median) could be found with 80 % power")
    return "; ".join(part for part in (*parts, overall(verdicts(facts))) if part)
