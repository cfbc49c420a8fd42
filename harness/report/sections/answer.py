"""The answer, in one to three sentences."""

from __future__ import annotations

from harness.report.facts import Facts
from harness.report.findings import findings
from harness.report.markup import Html, tag


def answer(facts: Facts) -> Html:
    """Return the sentences that a reader takes away."""
    sentences = [f"{clause[0].upper()}{clause[1:]}." for clause in findings(facts)]
    return tag("p", " ".join(sentences), class_="answer")
