"""What a reader must know before believing a number, as sentences."""

from __future__ import annotations

import re

from harness.report import words
from harness.report.facts import Facts
from harness.report.reading import is_null, number, text

MADE_UP = re.compile(r"\brender|\bsynthesi", re.IGNORECASE)


def caveats(facts: Facts) -> list[str]:
    """Return the sentences that this study calls for, the gravest first."""
    return [sentence for check in CHECKS if (sentence := check(facts))]


def artificial(row: object) -> str:
    """Return ``rendered``, ``synthesised`` or nothing, as its data set's licence or citation says."""
    found = MADE_UP.search(f"{text(row['licence'])} {text(row['citation'])}")  # type: ignore[index]
    return "" if found is None else "rendered" if found[0].lower() == "render" else "synthesised"


def _incomplete(facts: Facts) -> str:
    missing = facts.n_cells - facts.n_done
    if facts.complete or facts.n_cells == 0:
        return ""
    return (
        f"{words.count(missing, 'cell is', 'cells are')} missing: gains, intervals, q values and "
        "predictability will "
        "change when the study is complete."
    )


def _tuned_on_first_fold(facts: Facts) -> str:
    if facts.setting("tuning", "scope") != "first_fold":
        return ""
    return (
        "Hyperparameters were tuned on the first fold only (tuning.scope: first_fold): test clips of the "
        "other folds "
        "were seen in tuning, so their scores can be too high, alone and in groups."
    )


def _not_disjoint(facts: Facts) -> str:
    tasks = facts.table("tasks")
    leaky = [text(row["task"]) for _, row in tasks.iterrows() if _says_no(row["group_disjoint"])]
    if not leaky:
        return ""
    return (
        f"The splits of {words.listing(leaky)} are not group-disjoint: the same speakers, patients or "
        "recordings are in "
        "training and test, so the scores say nothing of new ones."
    )


def _says_no(value: object) -> bool:
    return not is_null(value) and not bool(value)


def _fixed_split(facts: Facts) -> str:
    tasks = facts.table("tasks")
    fixed = [text(row["task"]) for _, row in tasks.iterrows() if number(row["n_folds"]) == 1]
    if not fixed:
        return ""
    return (
        f"{words.listing(fixed)}: one split only, so there is no between-fold variance and gains have no "
        "interval; "
        "seeds alone do not show how another sample of clips would do."
    )


def _not_recorded(facts: Facts) -> str:
    tasks = facts.table("tasks")
    found = {text(row["dataset"]): artificial(row) for _, row in tasks.iterrows() if artificial(row)}
    if not found:
        return ""
    named = words.listing([f"{dataset} ({how})" for dataset, how in found.items()])
    return (
        f"Not recorded but rendered or synthesised audio: {named}. Gains on it need not hold for recordings."
    )


def _few_tasks(facts: Facts) -> str:
    n = len(facts.tasks)
    if not len(facts.gains):
        return ""
    return (
        "Pairs share tasks, so the effective sample of every statement across pairs is the "
        f"{words.count(n, 'task')}, "
        f"not the {words.count(len(facts.gains), 'gain')}."
    )


CHECKS = (_incomplete, _tuned_on_first_fold, _not_disjoint, _fixed_split, _not_recorded, _few_tasks)
