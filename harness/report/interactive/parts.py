"""Where an interactive figure stands, and what it stands for."""

from __future__ import annotations

from harness.report.facts import Facts
from harness.report.markup import Content, Html, join, tag


def replaced(facts: Facts, name: str, label: str, *static: Content) -> Html:
    """Return static figures, and beside them the place of the interactive one that scripts show instead.

    ``label`` is the interactive figure's alternative text.
    """
    if not facts.interactive:
        return join(static)
    place = tag("div", class_="live", data_live=name, data_label=label)
    return tag("div", tag("div", static, class_="static"), place, class_="replaced")


def added(facts: Facts, name: str, label: str, *around: Content) -> Html | None:
    """Return the place of an interactive figure that has no static form; nothing in a page without scripts."""
    if not facts.interactive:
        return None
    return tag("div", around, tag("div", class_="live", data_live=name, data_label=label), class_="only-live")
