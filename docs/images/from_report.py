"""Take the first figure out of a study's report, as a picture of its own.

python docs/images/from_report.py runs/audio_pairs/report.html docs/images/audio_pairs_gains.svg
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

COLOURS = {r"currentColor": "#1b1f24", r"var\(--[\w-]+, ?(#\w+)\)": r"\1"}


def first_figure(html: str) -> str:
    """Return the first inline SVG of a page with colours of its own, on white."""
    found = re.search(r"<svg .*?</svg>", html, re.DOTALL)
    if found is None:
        raise SystemExit("no figure in this report")
    svg = found[0]
    for pattern, colour in COLOURS.items():
        svg = re.sub(pattern, colour, svg)
    head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    svg = head + 'font-family="DejaVu Sans, Verdana, sans-serif" ' + svg.removeprefix("<svg ")
    return re.sub(r">", '><rect width="100%" height="100%" fill="white"/>', svg, count=1)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(
        first_figure(Path(sys.argv[1]).read_text(encoding="utf-8")) + "\n", encoding="utf-8"
    )
