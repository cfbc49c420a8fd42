"""Reads a page with the standard library's parser: structure, tables, links."""

from __future__ import annotations

from html.parser import HTMLParser

from harness.report.markup import VOID

SELF_CLOSED = "svg"


class Page(HTMLParser):
    """What a page holds: ``errors`` of its structure, ``tables`` by id as rows of cells, tags, text, scripts."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.errors: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.values: dict[str, list[list[float]]] = {}
        self.text = ""
        self.scripts: list[str] = []
        self._table = ""
        self.feed(markup)
        self.close()
        self.errors += [f"<{name}> is never closed" for name in self.stack]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.append((tag, known))
        if known.get("id"):
            self.ids.append(str(known["id"]))
        if tag not in VOID:
            self.stack.append(tag)
        if tag == "table":
            self._table = str(known.get("id"))
            self.tables[self._table], self.values[self._table] = [], []
        elif tag == "tr" and self._table:
            self.tables[self._table].append([])
            self.values[self._table].append([])
        elif tag in ("td", "th") and self._table:
            self.tables[self._table][-1].append("")
        elif tag == "data":
            self.values[self._table][-1].append(float(str(known["value"])))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if SELF_CLOSED not in self.stack:
            self.errors.append(f"<{tag}/> outside of SVG")
        self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack[-1] != tag:
            self.errors.append(f"</{tag}> closes {self.stack[-1:]}")
            return
        self.stack.pop()
        if tag == "table":
            self._table = ""

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] == "script":
            self.scripts.append(data)
        elif self.stack and self.stack[-1] not in ("style", "title"):
            self.text += data
        if self._table and self.tables[self._table] and self.tables[self._table][-1]:
            self.tables[self._table][-1][-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def rows(self, table: str) -> list[dict[str, str]]:
        """The body rows of a table, by heading."""
        head, *body = self.tables[table]
        return [dict(zip(head, row, strict=True)) for row in body]
