"""Licence and citation of a folder, from its SOURCE.md."""

from __future__ import annotations

import re
from pathlib import Path


def read_source(directory: Path) -> dict[str, str]:
    """Return the bullets of ``SOURCE.md`` by lower-case name: ``- Licence: …`` gives ``licence``.

    A bullet goes on over the indented lines below it; they are joined by single spaces. Empty without the
    file.
    """
    path = directory / "SOURCE.md"
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8", errors="replace")
    bullets = re.findall(r"^- (\w+):((?:.*)(?:\n[ \t]+\S.*)*)", text, flags=re.MULTILINE)
    return {name.lower(): " ".join(value.split()) for name, value in bullets}
