"""The fenced blocks of a Markdown page, with their lines and with what a comment says about running them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^ *(?P<fence>`{3,}|~{3,})(?P<language>[^`]*)$")
NOT_RUN = re.compile(r"^\s*<!-- not run: (?P<reason>.+?) -->\s*$")


@dataclass(frozen=True)
class Block:
    """A fenced block: where it begins, its language, its text, and why it is not run, if it is not."""

    page: Path
    line: int
    language: str
    text: str
    reason: str | None

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Return every page whose blocks are looked at."""
    found = [
        ROOT / "README.md",
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("plugins/*/README.md"),
        *ROOT.glob("examples/**/*.md"),
    ]
    return sorted(page for page in found if not {"site", "build"} & set(page.relative_to(ROOT).parts))


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    return list(_blocks(page, page.read_text(encoding="utf-8").splitlines()))


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    lines, inside = [], ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if inside:
            inside = "" if line.strip() == inside else inside
        elif found := FENCE.match(line):
            inside = found["fence"]
        else:
            lines.append(line)
    return "\n".join(lines)


def _blocks(page: Path, lines: list[str]) -> Iterator[Block]:
    start, opened, reason = 0, None, None
    for number, line in enumerate(lines, start=1):
        if opened is not None:
            if line.strip() == opened["fence"]:
                text = textwrap.dedent("\n".join(lines[start : number - 1]) + "\n")
                yield Block(page, start, opened["language"].strip(), text, reason)
                opened, reason = None, None
        elif found := FENCE.match(line):
            start, opened = number, found
        elif line.strip():
            said = NOT_RUN.match(line)
            reason = said["reason"] if said else None
    assert opened is None, f"{page.relative_to(ROOT)}:{start}: a block that does not end"
