"""The report as Markdown that a Git host shows: text and tables, with the figures as SVG files beside it."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harness.report.formats.static import INTERACTIVE, Figure, take_figures
from harness.report.formats.write import replace_text

#: The names of figures' files; nothing else in their folder is ever removed.
FIGURE = re.compile(r"\d{2,}_[a-z0-9_]+\.svg")
#: What Markdown reads as its own within a line, and what it would pass on as HTML.
_SPECIAL = re.compile(r"[\\`*]|\](?=[(:\[])|_(?!\w)|(?<!\w)_")
_MARKUP = re.compile(r"<(?=[A-Za-z/!?]|$)|&(?=#|[A-Za-z]\w*;)")


def write_markdown(status: str, page: str, path: Path) -> Path:
    """Write the page as Markdown with its figures in ``<stem>_figures`` beside it, and return its path.

    Figures of an earlier report that this one does not have are removed.
    """
    folder = path.with_name(f"{path.stem}_figures")
    text, figures = to_markdown(status, page, folder.name)
    if figures:
        folder.mkdir(exist_ok=True)
    for figure in figures:
        replace_text(folder / figure.name, figure.svg)
    replace_text(path, text)
    names = {figure.name for figure in figures}
    for old in folder.glob("*.svg"):
        if old.name not in names and FIGURE.fullmatch(old.name):
            old.unlink(missing_ok=True)
    return path


def to_markdown(status: str, page: str, folder: str) -> tuple[str, list[Figure]]:
    """Return the page as Markdown whose first line is ``status``, and its figures, which it expects in ``folder``."""
    from bs4 import BeautifulSoup

    def image(figure: Figure) -> str:
        return f'<img src="{quote(folder)}/{figure.name}" alt="{html.escape(figure.alt)}">'

    without, figures = take_figures(page, image)
    soup = BeautifulSoup(without, "html.parser")
    body: Any = soup.body or soup
    for found in body.find_all([*INTERACTIVE, "p"]):
        if found.name != "p" or "status" in (found.get("class") or []):
            found.decompose()
    text = _converter().convert_soup(body)
    return f"{status}\n\n{_tidy(text)}\n", figures


def _tidy(text: str) -> str:
    """Return the text with one empty line between blocks and no blanks at the ends of lines."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip()


def _converter() -> Any:
    from markdownify import ATX, MarkdownConverter

    class Converter(MarkdownConverter):  # type: ignore[misc]
        """Escapes what Markdown or HTML would read; writes lists of terms and folded parts as a Git host shows them."""

        def escape(self, text: str, parent_tags: Any) -> str:
            plain = _SPECIAL.sub(r"\\\g<0>", _MARKUP.sub(lambda found: html.escape(found.group(0)), text))
            return plain.replace("|", r"\|") if {"td", "th"} & set(parent_tags) else plain

        def convert_summary(self, el: Any, text: str, parent_tags: Any) -> str:
            return f"\n\n**{text.strip()}**\n\n"

        def convert_caption(self, el: Any, text: str, parent_tags: Any) -> str:
            return f"\n\n*{text.strip()}*\n\n"

        convert_figcaption = convert_caption

        def convert_dl(self, el: Any, text: str, parent_tags: Any) -> str:
            return f"\n\n{text.strip()}\n\n"

        def convert_dt(self, el: Any, text: str, parent_tags: Any) -> str:
            return f"\n- **{text.strip()}**: "

        def convert_dd(self, el: Any, text: str, parent_tags: Any) -> str:
            return " ".join(text.split())

        def convert_pre(self, el: Any, text: str, parent_tags: Any) -> str:
            inside = el.get_text().strip("\n")
            longest = max((len(run) for run in re.findall(r"`+", inside)), default=0)
            fence = "`" * max(3, longest + 1)
            return f"\n\n{fence}\n{inside}\n{fence}\n\n"

    return Converter(heading_style=ATX, bullets="-", table_infer_header=True)
