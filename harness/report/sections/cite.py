"""How to cite the study: the harness at its version, and every data set as it asks to be cited."""

from __future__ import annotations

from harness.report.blocks import subsection, table, words_of
from harness.report.facts import Facts
from harness.report.markup import Html, tag
from harness.report.reading import text

TITLE = "How to cite it"
COLUMNS = (
    words_of("data set", "dataset"),
    words_of("citation", "citation"),
    words_of("licence", "licence"),
    words_of("content", "data_hash"),
)
CAPTION = "The data sets that the tasks are on, as they ask to be cited; content: a hash of what was read."


def cite(facts: Facts) -> Html:
    """Return an entry for BibTeX, and the citations of the data sets."""
    tasks = facts.table("tasks")
    known = tasks[tasks["dataset"].map(text) != ""].drop_duplicates("dataset")
    entry = tag("pre", tag("code", bibtex(facts)), id="bibtex")
    return subsection(
        "cite", TITLE, entry, table("datasets", CAPTION, COLUMNS, known) if len(known) else None
    )


def bibtex(facts: Facts) -> str:
    """Return an entry for the harness, with the study as its note; what is not recorded is left out."""
    record = facts.record
    finished = text(record.get("finished_at_utc")) or text(record.get("started_at_utc"))
    told = [f"study {text(record.get('study_id')) or facts.name}", facts.status]
    fields = {
        "title": "{mtl-harness}: which audio tasks help each other when one network learns them together",
        "author": "{mtl-harness maintainers}",
        "version": text(record.get("harness_version")),
        "year": finished[:4],
        "note": ", ".join([*told, f"finished {finished[:10]}"] if finished else told),
    }
    lines = [f"  {name} = {{{_plain(value)}}}," for name, value in fields.items() if value]
    return "\n".join(["@software{mtl_harness,", *lines, "}"])


def _plain(value: str) -> str:
    """Return a value whose characters mean nothing to TeX, braces apart."""
    return "".join(f"\\{letter}" if letter in "_%&#$" else letter for letter in value)
