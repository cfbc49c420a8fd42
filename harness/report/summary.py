"""The same numbers in the terminal, at the end of ``harness study run``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report import words
from harness.report.caveats import caveats
from harness.report.facts import Facts
from harness.report.findings import findings
from harness.report.questions import QUESTIONS
from harness.report.reading import rows_of, text
from harness.report.sections.gains import cell_of, marked

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from harness.results.loader import Study

#: So many gains are printed, the largest first and last; all are in the report.
PRINTED = 30


def one_sentence(study: Study) -> str:
    """Return one sentence that says what was found and how sure it is."""
    return _sentence(Facts(study))


def print_summary(study: Study, console: Console) -> None:
    """Print status, gains, placebos, a line a question, failures, caveats, and the one sentence at the end."""
    from rich.text import Text

    facts = Facts(study)
    console.print(Text(f"{facts.status} · {facts.name}", style="bold"))
    for title, gains in (("Gains", facts.gains), ("Placebo gains", facts.placebos)):
        if len(gains):
            console.print(_gains_table(facts, title, gains))
            if len(gains) > PRINTED:
                console.print(
                    Text(f"{len(gains) - PRINTED:,} gains in between are in report.html", style="dim")
                )
    for question in QUESTIONS:
        console.print(Text(question.line(facts)))
    for line in _losses(facts):
        console.print(Text(line, style="yellow"))
    for caveat in caveats(facts):
        console.print(Text(f"Note: {caveat}", style="dim"))
    console.print(Text(_sentence(facts), style="bold"))


def _sentence(facts: Facts) -> str:
    joined = "; ".join(findings(facts))
    return f"{joined[0].upper()}{joined[1:]}."


def _gains_table(facts: Facts, title: str, gains: pd.DataFrame) -> Table:
    from rich.table import Table
    from rich.text import Text

    same = _same(facts.gains)
    made = Table(title=f"{title}{same} (more is better; * q < .05)", title_justify="left")
    for heading in ("main", "partner", *(() if same else ("feature · model · combiner", "metric"))):
        made.add_column(heading, overflow="fold")
    for heading in ("alone", "together", "gain", "interval", "q"):
        made.add_column(heading, justify="right", no_wrap=True)
    for row in rows_of(_extremes(facts, gains)):
        star = "*" if marked(row) else ""
        cells = [
            text(row["main"]), row["partner"], *(() if same else (cell_of(row), text(row["metric"]))),
            words.plain(row["single_mean"]), words.plain(row["group_mean"]), words.signed(row["gain"]) + star,
            words.interval(row["ci_low"], row["ci_high"]) or words.NOTHING, words.probability(row["q"]),
        ]  # fmt: skip
        made.add_row(*map(Text, cells), style="bold" if star else None)
    return made


def _same(gains: pd.DataFrame) -> str:
    """Return what all gains have in common, for the title: feature, model, combiner and metric; or nothing."""
    kinds = {(cell_of(row), text(row["metric"])) for row in rows_of(gains)}
    return "".join(f": {cell} · {metric}" for cell, metric in kinds) if len(kinds) == 1 else ""


def _extremes(facts: Facts, gains: pd.DataFrame) -> pd.DataFrame:
    """Return the gains from the largest to the smallest; of very many, both ends."""
    import pandas as pd

    ordered = gains.sort_values(facts.rank, ascending=False, kind="stable")
    half = PRINTED // 2
    return ordered if len(ordered) <= PRINTED else pd.concat([ordered.head(half), ordered.tail(half)])


def _losses(facts: Facts) -> list[str]:
    failures, quarantine = len(facts.table("failures")), len(facts.table("quarantine"))
    lines = [f"{words.count(failures, 'failure')}, shown in report.html"] if failures else []
    return lines + (
        [f"{words.count(quarantine, 'clip was', 'clips were')} left out, listed in report.html"]
        if quarantine
        else []
    )
