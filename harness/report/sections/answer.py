"""The answer, in one to three sentences."""

from __future__ import annotations

from harness.report.facts import Facts
from harness.report.findings import findings
from harness.report.markup import Html, tag


def answer(facts: Facts) -> Html:
    """Return the sentences that a reader takes away."""
    sentences = [f"{clause[0].upper()}{clause[1:]}." for clause in findings(facts)]
    whole = " ".join(sentences).replace("q < .05", "q\u00a0<\u00a0.05")  # not torn apart by the end of a line
    return tag("p", whole, class_="answer")
