"""What is large is packed, and unpacked by a script of the page when a reader comes to it."""

from __future__ import annotations

import base64
import gzip
import re

from harness.report import words
from harness.report.markup import Html, tag

#: Tables with more characters are packed: they would make the page slow to open, and too large to send.
LARGE = 150_000
TABLE = re.compile(r'<div class="scroll"[^>]*><table id="table-([^"]+)">.*?</table></div>', re.DOTALL)


def packed(text: str) -> str:
    """Return text compressed, in base 64; the same text gives the same characters."""
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode("ascii")


def with_packed_tables(content: Html) -> Html:
    """Return the page's content with its large tables packed."""
    return Html(TABLE.sub(_smaller, content))


def _smaller(found: re.Match[str]) -> str:
    if len(found[0]) < LARGE:
        return found[0]
    rows = words.count(found[0].count("<tr") - 1, "row")
    said = f"{rows}, unpacked by a script of this page; they are also in the study's tables."
    held = tag("script", packed(found[0]), type="text/plain")
    return tag("div", tag("p", said, class_="note"), held, class_="packed", data_table=found[1])
