"""The report: one self-contained HTML file for a reader who was not there."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path

from harness.report.facts import Facts
from harness.report.interactive.packed import with_packed_tables
from harness.report.interactive.scripts import FIRST, policy, scripts
from harness.report.markup import Html, join, tag
from harness.report.sections.answer import answer, question
from harness.report.sections.asked import asked
from harness.report.sections.cost import cost
from harness.report.sections.curves import curves
from harness.report.sections.groupings import groupings
from harness.report.sections.groups import groups
from harness.report.sections.helps import helps
from harness.report.sections.patterns import patterns
from harness.report.sections.predicts import predicts
from harness.report.sections.repeat import repeat
from harness.report.sections.trouble import trouble
from harness.report.style import CSS

#: The sections in their order: identity, name in the navigation, what draws it (``None``: nothing to show).
SECTIONS: tuple[tuple[str, str, Callable[[Facts], Html | None]], ...] = (
    ("asked", "Asked", asked),
    ("helps", "Which tasks help", helps),
    ("predicts", "What predicts it", predicts),
    ("patterns", "Does it stay", patterns),
    ("groups", "Larger groups", groups),
    ("groupings", "Groupings", groupings),
    ("curves", "Learning curves", curves),
    ("trouble", "Failures", trouble),
    ("cost", "Cost", cost),
    ("repeat", "Cite and repeat", repeat),
)


def write_report(directory: Path, *, interactive: bool = True) -> Path:
    """Write ``report.html`` into a study's directory, from its tables alone, and return its path.

    Without ``interactive`` it has no script, and the static figures alone.

    Raises:
        HarnessError: the directory holds no study.
    """
    from harness.results.loader import IncompleteStudyWarning, load_study

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteStudyWarning)  # the report's first line says so
        study = load_study(directory)
    path = Path(study.directory) / "report.html"
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(page(Facts(study, interactive)), encoding="utf-8")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def page(facts: Facts) -> str:
    """Return the whole page; its first line, in the file and on the screen, says how many cells are done."""
    drawn = [(name, title, draw(facts)) for name, title, draw in SECTIONS]
    shown = [(name, title, content) for name, title, content in drawn if content is not None]
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy(facts.interactive)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{facts.status} · {facts.name}"),
        tag("script", Html(FIRST)) if facts.interactive else None,
        tag("style", Html(CSS)),
    )
    status = tag("p", facts.status, class_="status" if facts.complete else "status incomplete")
    links = tag(
        "nav",
        tag("ul", [tag("li", tag("a", title, href=f"#{name}")) for name, title, _ in shown]),
        aria_label="Sections",
    )
    header = tag("header", status, tag("h1", facts.name), question(facts), answer(facts), links)
    content = join(content for _, _, content in shown)
    main = tag("main", with_packed_tables(content) if facts.interactive else content)
    body = tag("body", header, main, scripts(facts) if facts.interactive else None, data_study=facts.name)
    return f"<!doctype html><!-- {facts.status} -->\n{tag('html', head, body, lang='en')}\n"
