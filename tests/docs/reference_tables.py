"""The tables of a reference page, row by row."""

from __future__ import annotations

import re

CELL = re.compile(r"(?<!\\)\|")


def sections(page: str) -> dict[str, str]:
    """Return a page's second-level sections by their headings, without the marks of code."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return {heading.replace("`", ""): text for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


def meanings(text: str) -> dict[str, str]:
    """Return the last cell of every row of the tables in a text, by its first cell."""
    rows = [
        [cell.strip() for cell in CELL.split(line)[1:-1]] for line in text.splitlines() if line[:1] == "|"
    ]
    return {row[0].strip("`").replace("\\|", "|"): row[-1] for row in rows}
