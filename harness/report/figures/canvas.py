"""Drawing by matplotlib without its global state, and SVG that belongs into an HTML page.

Text stays text; the same table gives the same bytes. Ink and lines take the colours of the page, so that a
figure is legible in light, in dark and in print; what is coloured uses the palette of Okabe and Ito (2008),
which colour-blind readers can tell apart, and never colour alone.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from harness.report.markup import Html, tag

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Stand-ins that are exchanged for the colours of the page once the SVG is written.
INK, SOFT, LINE = "#010203", "#040506", "#070809"
PAGE_COLOURS = {INK: "currentColor", SOFT: "var(--soft, #6b7680)", LINE: "var(--line, #c0c6cc)"}
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
SERIES = (BLUE, ORANGE, GREEN, PURPLE, "#56b4e9", "#e69f00", "#7f7f7f")

SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "harness",
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],
    "font.size": 8.5,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "axes.titlesize": 8.5,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "hatch.color": INK,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8,
}


@contextmanager
def canvas(width: float, height: float) -> Iterator[Figure]:
    """Give a figure of ``width × height`` inches in the report's style; global settings stay as they are."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        yield Figure(figsize=(width, height))


def to_svg(figure: Figure, name: str, description: str) -> Html:
    """Return a figure as inline SVG; ``description`` is its alt text, ``name`` tells its identities apart."""
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(buffer, format="svg", metadata=nothing)
    return _inlined(buffer.getvalue(), name, description)


def _inlined(svg: str, name: str, description: str) -> Html:
    body = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", body, flags=re.DOTALL)
    used = set(re.findall(r"#([\w.-]+)", body))
    body = re.sub(r"<[^>]*>", lambda found: _tidied(found[0], name, used), body)
    body = re.sub(r">\n\s*<", "><", body)
    width, height = _size(svg)
    attributes = {"viewBox": f"0 0 {width:g} {height:g}", "width": f"{width:g}pt", "height": f"{height:g}pt"}
    return tag("svg", Html(body.strip()), role="img", aria_label=description, **attributes)


def _tidied(opening: str, name: str, used: set[str]) -> str:
    """Return a tag with identities of this figure alone, the page's colours and font, and two decimals."""
    opening = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", opening)
    opening = re.sub(r' id="|xlink:href="#|url\(#', lambda found: f"{found[0]}{name}-", opening)
    opening = re.sub(r" font-family: [^;]*;| ?transform=\"rotate\(-0 [^\"]*\"", "", opening)
    opening = re.sub(r"\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), opening)
    for stand_in, colour in PAGE_COLOURS.items():
        opening = opening.replace(stand_in, colour)
    return re.sub(r"\s+", " ", opening)


def _size(svg: str) -> tuple[float, float]:
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if found is None:
        raise ValueError("matplotlib wrote an SVG without a viewBox")
    return float(found[1]), float(found[2])


def describe(kind: str, parts: Sequence[str]) -> str:
    """Return an alt text: what the figure is, then what it shows."""
    return f"{kind}: {'; '.join(parts)}" if parts else kind
