"""The page without what only a browser can do: its figures taken out, scripts and controls removed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

_CODE = re.compile(r"<(script|style|template)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(/?)svg\b[^>]*>", re.IGNORECASE)
_SECTION = re.compile(r'<section\b[^>]*\bid="([^"]*)"')
_NAME = re.compile(r'<svg\b[^>]*\baria-label="([^"]*)"|<title\b[^>]*>([^<]*)</title>', re.IGNORECASE)
#: Elements that a reader of a file has no use for.
INTERACTIVE = ("nav", "button", "select", "input", "label", "output", "canvas")


@dataclass(frozen=True)
class Figure:
    """A figure of the page: the name of its file, of a fixed alphabet, what it shows in words, and its SVG."""

    name: str
    alt: str
    svg: str


def take_figures(page: str, place: Callable[[Figure], str]) -> tuple[str, list[Figure]]:
    """Return the page with ``place(figure)`` where its SVG figures were, and these in order; scripts and styles go."""
    page = _CODE.sub("", page)
    figures: list[Figure] = []
    parts: list[str] = []
    end = 0
    for start, stop in _spans(page):
        figure = _figure(len(figures) + 1, page, start, stop)
        figures.append(figure)
        parts += [page[end:start], place(figure)]
        end = stop
    return "".join([*parts, page[end:]]), figures


def _spans(page: str) -> list[tuple[int, int]]:
    """Return where the outermost SVG elements start and end."""
    spans: list[tuple[int, int]] = []
    depth = start = 0
    for found in _TAG.finditer(page):
        if found.group(0).endswith("/>"):
            continue
        if not found.group(1):
            start = found.start() if depth == 0 else start
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                spans.append((start, found.end()))
    return spans


def _figure(number: int, page: str, start: int, stop: int) -> Figure:
    sections = _SECTION.findall(page, 0, start)
    section = re.sub(r"[^a-z0-9]+", "_", sections[-1].lower()).strip("_") if sections else "figure"
    svg = page[start:stop]
    named = _NAME.search(svg)
    alt = " ".join(html.unescape((named.group(1) or named.group(2)) if named else "Figure").split())
    return Figure(f"{number:02d}_{section[:40]}.svg", alt, _standing_alone(svg))


def _standing_alone(svg: str) -> str:
    """Return an SVG element as a file: with its name space, on white, in the page's ink."""
    head = svg[: svg.index(">") + 1]
    opened = head
    if "xmlns=" not in opened:
        opened = opened.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    opened = opened.replace("<svg", '<svg color="#1b1f24"', 1)
    back = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return f"{opened}{back}{svg[len(head) :]}\n"
