"""The first screen: the question, what was trained, and the answer in one to three sentences."""

from __future__ import annotations

from harness.report import words
from harness.report.facts import Facts
from harness.report.findings import findings
from harness.report.markup import Html, join, tag
from harness.report.reading import text

QUESTION = (
    "Which of these tasks help each other when one network learns them together, and can that be told "
    "beforehand?"
)


def question(facts: Facts) -> Html:
    """Return the question, and what was trained to answer it."""
    said = _trained(facts)
    return join(tag("p", QUESTION, class_="question"), tag("p", said, class_="trained") if said else None)


def answer(facts: Facts) -> Html:
    """Return the sentences that a reader takes away."""
    sentences = [f"{clause[0].upper()}{clause[1:]}." for clause in findings(facts)]
    whole = " ".join(sentences).replace("q < .05", "q\u00a0<\u00a0.05")  # not torn apart by the end of a line
    return tag("p", whole, class_="answer")


def _trained(facts: Facts) -> str:
    """Return how many tasks, data sets, settings and trainings there were."""
    cells, tasks = facts.table("cells"), facts.table("tasks")
    if cells.empty or not facts.tasks:
        return ""
    datasets = len({text(name) for name in tasks["dataset"]} - {""})
    of = f" of {words.count(datasets, 'data set')}" if datasets else ""
    levels = [words.count(_levels(facts, name), name) for name in ("feature", "model", "combiner")]
    runs = facts.table("runs")
    done = int((runs["status"].map(text) == "done").sum())
    trainings = f"; {words.count(done, 'run')} done" if len(runs) else ""
    return f"{words.count(len(facts.tasks), 'task')}{of}; {words.listing(levels)}{trainings}."


def _levels(facts: Facts, name: str) -> int:
    return len({text(found) for found in facts.table("cells")[name]} - {""})
