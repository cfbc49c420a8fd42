"""In words: do the predictors beat random features, main-task means and identities?"""

from __future__ import annotations

from collections.abc import Sequence

from harness.report import words
from harness.report.facts import Facts
from harness.report.verdicts import SHARES_TASKS, Verdict, overall, verdicts

#: How the baselines are called in a sentence, in the order in which they are told.
RIVALS = {
    "random_features": "random features of each task (their mean)",
    "random_features_p95": "what one draw in twenty of random features reaches",
    "task_identities": "knowing only which tasks a pair has",
    "main_task_mean": "the mean of the main task's other gains",
    "majority": "the mean, or the majority, of the training gains",
}


def told(facts: Facts) -> list[str]:
    """Return clauses: against all baselines, against each, and what shuffled pairs would have made believe."""
    found = verdicts(facts)
    if not found:
        return ["whether a gain can be told beforehand was not judged"]
    judged = [verdict for verdict in found if verdict.scheme != SHARES_TASKS and verdict.value is not None]
    against = [_against(name, judged) for name in _named(judged)]
    parts = [overall(found), f"on tasks left out they beat {words.listing(against)}" if against else ""]
    return [part for part in (*parts, _chance(judged), _shuffled(found)) if part]


def _named(judged: Sequence[Verdict]) -> list[str]:
    there = dict.fromkeys(name for verdict in judged for name in verdict.margins)
    return [name for name in RIVALS if name in there] + [name for name in there if name not in RIVALS]


def _against(name: str, judged: Sequence[Verdict]) -> str:
    margins = [verdict.margins[name] for verdict in judged if name in verdict.margins]
    won = sum(margin > 0 for margin in margins)
    return f"{RIVALS.get(name, name)} in {won} of {len(margins)} comparisons"


def _chance(judged: Sequence[Verdict]) -> str:
    n = sum("random_features_p95" in verdict.margins for verdict in judged)
    if not n:
        return ""
    return (
        f"of {words.count(n, 'comparison')}, about {n / 20:.0f} would beat that one draw in twenty if the "
        "predictors were random too"
    )


def _shuffled(found: Sequence[Verdict]) -> str:
    memory = [verdict for verdict in found if verdict.scheme == SHARES_TASKS and verdict.value is not None]
    if not memory:
        return ""
    won = sum(verdict.margins.get("majority", 0) > 0 for verdict in memory)
    return (
        f"with pairs shuffled, so that training and test share tasks, they beat the majority in {won} of "
        f"{words.count(len(memory), 'comparison')}: that is no evidence"
    )
