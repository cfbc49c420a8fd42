"""The parts that sections are made of: tables, figures, notes, and text that can be folded away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.report import words
from harness.report.markup import Content, Html, join, tag
from harness.report.reading import number, rows_of, text

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, what a row shows in it, and what it is called in CSV.

    A cell that shows several numbers has as many ``names``.
    """

    title: str
    cell: Callable[[Row], Content]
    numeric: bool = False
    names: tuple[str, ...] = ()


def words_of(title: str, name: str) -> Column:
    """Return a column of text; a dash stands for null."""
    return Column(title, lambda row: text(row[name]) or words.NOTHING, names=(name,))


def number_of(title: str, name: str, write: Callable[[object], str] = words.plain) -> Column:
    """Return a column of numbers, each with its full value beside the written one."""
    return Column(title, lambda row: value(row[name], write), numeric=True, names=(name,))


def optional(rows: pd.DataFrame, name: str, column: Column) -> tuple[Column, ...]:
    """Return the column where some row has ``name``; studies of before it have none."""
    return (column,) if name in rows.columns and bool(rows[name].notna().any()) else ()


def value(found: object, write: Callable[[object], str] = words.plain) -> Content:
    """Return a number as it is written, in an element whose ``value`` is the whole number."""
    whole = number(found)
    return words.NOTHING if whole is None else tag("data", write(whole), value=f"{whole:.12g}")


def table(
    name: str,
    caption: str,
    columns: Sequence[Column],
    rows: pd.DataFrame | Sequence[Row],
    marked: Callable[[Row], bool] | None = None,
) -> Html:
    """Return a captioned table whose first column heads its rows; ``marked`` rows are set in bold."""
    listed = rows if isinstance(rows, Sequence) else rows_of(rows)
    head = [_heading(column) for column in columns]
    body = [_row(columns, record, marked is not None and marked(record)) for record in listed]
    parts = (tag("caption", caption), tag("thead", tag("tr", head)), tag("tbody", body))
    inner = tag("table", parts, id=f"table-{name}")
    return tag("div", inner, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _heading(column: Column) -> Html:
    kind = "num" if column.numeric else None
    return tag("th", column.title, scope="col", class_=kind, data_csv="|".join(column.names) or None)


def _row(columns: Sequence[Column], record: Row, marked: bool) -> Html:
    cells = []
    for place, column in enumerate(columns):
        kind = None if column.numeric or place == 0 else "t"
        name, scope = ("th", "row") if place == 0 else ("td", None)
        cells.append(tag(name, column.cell(record), class_=kind, scope=scope))
    return tag("tr", cells, class_="marked" if marked else None)


def figure(svg: Html, caption: Content, *, fits: bool = True) -> Html:
    """Return a figure with its caption; one that does not ``fit`` the page keeps its size and scrolls."""
    inner = svg if fits else tag("div", svg, class_="scroll", tabindex="0")
    return tag("figure", inner, tag("figcaption", caption), class_="fits" if fits else None)


def folded(summary: str, *content: Content, open_: bool = False) -> Html:
    """Return content behind a summary that unfolds it."""
    return tag("details", tag("summary", summary), content, open=open_)


def note(*content: Content) -> Html:
    return tag("p", content, class_="note")


def warning(*content: Content) -> Html:
    return tag("p", content, class_="warn")


def section(name: str, title: str, *content: Content) -> Html:
    """Return a section with its heading; navigation points at ``#name``."""
    heading = tag("h2", title, id=f"{name}-title")
    return tag("section", heading, join(*content), id=name, aria_labelledby=f"{name}-title")


def subsection(name: str, title: str, *content: Content) -> Html:
    """Return a part of a section with a heading of its own, ``#name``."""
    heading = tag("h3", title, id=f"{name}-title")
    return tag("section", heading, join(*content), id=name, aria_labelledby=f"{name}-title")


def paragraph(sentences: Sequence[str]) -> Html | None:
    """Return clauses as sentences of one paragraph; nothing for none."""
    said = [f"{clause[0].upper()}{clause[1:]}." for clause in sentences if clause]
    return tag("p", " ".join(said)) if said else None


def long(rows: int, shown: Html, summary: str, limit: int = 40) -> Html:
    """Return what is shown, folded away where it has more than ``limit`` rows."""
    return shown if rows <= limit else folded(summary, shown)
