"""The four questions of a study, each with its answer in clauses: for the terminal and the report's sections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.report.facts import Facts
from harness.report.findings import helps
from harness.report.larger import larger
from harness.report.stays import stays
from harness.report.told import told


@dataclass(frozen=True)
class Question:
    """A question, and what makes its answer: clauses without a full stop, the main one first."""

    title: str
    clauses: Callable[[Facts], list[str]]

    def line(self, facts: Facts) -> str:
        """Return the question and its answer in one line."""
        return f"{self.title} {sentences(self.clauses(facts))}"


def sentences(clauses: list[str]) -> str:
    """Return clauses as sentences."""
    return " ".join(f"{clause[0].upper()}{clause[1:]}." for clause in clauses if clause)


HELPS = Question("Which tasks help each other?", helps)
PREDICTS = Question("What predicts a gain?", lambda facts: told(facts)[:2])
STAYS = Question("Does the pattern stay?", stays)
LARGER = Question("Do pairs tell about larger groups?", larger)
QUESTIONS = (HELPS, PREDICTS, STAYS, LARGER)
