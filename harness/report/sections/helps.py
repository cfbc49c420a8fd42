"""The first question: which tasks help each other, and is it more than what placebos and chance give?"""

from __future__ import annotations

from harness.report.blocks import paragraph, section
from harness.report.facts import Facts
from harness.report.markup import Html
from harness.report.questions import HELPS
from harness.report.sections.gains import gains
from harness.report.sections.networks import networks
from harness.report.sections.placebo import placebo


def helps(facts: Facts) -> Html:
    """Return the answer, the pairs, their controls, and each network as a whole."""
    said = paragraph(HELPS.clauses(facts))
    return section("helps", f"1. {HELPS.title}", said, gains(facts), placebo(facts), networks(facts))
