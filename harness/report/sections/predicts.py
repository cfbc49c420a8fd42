"""The second question: what predicts a gain, and is it more than random features tell?"""

from __future__ import annotations

from harness.report.blocks import paragraph, section
from harness.report.facts import Facts
from harness.report.markup import Html
from harness.report.questions import PREDICTS
from harness.report.sections.predictability import predictability
from harness.report.sections.regression import regression
from harness.report.sections.used import used
from harness.report.told import told


def predicts(facts: Facts) -> Html:
    """Return the answer in words, what was used, the regressions, and predictability beside its baselines."""
    parts = (used(facts), regression(facts), predictability(facts))
    return section("predicts", f"2. {PREDICTS.title}", paragraph(told(facts)), parts)
