"""The scripts of the page: its data, Vega, and a few small files; and the policy that lets these alone run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from harness.report.facts import Facts
from harness.report.interactive.charts import bars, cost, curves, forest, graph, scatter
from harness.report.interactive.columns import Columns, embedded
from harness.report.interactive.curves import curves_data
from harness.report.interactive.packed import packed
from harness.report.interactive.pairs import pairs_data
from harness.report.interactive.vega import vega_bundle
from harness.report.markup import Html, tag
from harness.report.sections.cost import by_cell

#: The files under ``assets``, in the order in which they are put into one script.
ASSETS = ("words", "csv", "packed", "tooltip", "switches", "pairs", "grid", "heatmap", "charts", "graph", "chooser",
          "curves", "start")  # fmt: skip
#: Runs before anything is drawn: static figures that have an interactive form are then hidden.
FIRST = "document.documentElement.classList.add('scripted');"


#: What is chosen at first, where it is among the choices.
FIRST_CHOICE = {"model": "ols", "scheme": "leave_main_out"}


def page_data(facts: Facts) -> dict[str, Any]:
    """Return everything that the scripts draw."""
    return {"pairs": pairs_data(facts), "curves": curves_data(facts), "charts": charts(facts)}


def charts(facts: Facts) -> dict[str, Any]:
    """Return the charts by name: a description, and rows where no script of their own places these.

    ``by`` are the columns that are switched; a chart is as high as it has ``lines`` (columns of bands, and of lines
    in a band) of ``step`` pixels.
    """
    made: dict[str, Any] = {"graph": {"spec": graph.spec()}, "curves": {"spec": curves.spec()}}
    with_rows: tuple[tuple[str, Callable[[], dict[str, Any]], Columns, dict[str, Any]], ...] = (
        (
            "forest",
            forest.spec,
            forest.rows(facts),
            {"by": ["model"], "lines": ["term", "se_method"], "step": 11},
        ),
        (
            "bars",
            bars.spec,
            bars.rows(facts),
            {"by": ["judged", "scheme"], "lines": ["set", "bar"], "step": 12},
        ),
        ("scatter", scatter.spec, scatter.rows(facts), {"by": []}),
        ("cost", cost.spec, cost.rows(by_cell(facts)), {"by": [], "lines": ["cell", "kind"], "step": 8}),
    )
    for name, spec, rows, more in with_rows:
        if any(rows.values()):
            made[name] = {"spec": spec(), "rows": rows, "first": FIRST_CHOICE} | more
    return made


@lru_cache(maxsize=1)
def own_script() -> str:
    """Return the report's own scripts as one."""
    folder = files("harness.report") / "assets"
    parts = [(folder / f"{name}.js").read_text(encoding="utf-8") for name in ASSETS]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


def scripts(facts: Facts) -> list[Html]:
    """Return the script elements for the end of the page."""
    return [
        embedded("study-data", page_data(facts)),
        tag("script", Html(own_script())),
        tag("script", packed(vega_bundle()), type="text/plain", id="vega"),
    ]


def policy(interactive: bool) -> str:
    """Return the page's Content-Security-Policy: nothing is fetched, and no script runs but the page's own."""
    nothing = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    if not interactive:
        return nothing
    return f"{nothing}; script-src {' '.join(_hashes((FIRST, own_script(), vega_bundle())))}"


def _hashes(texts: Sequence[str]) -> list[str]:
    digests = [hashlib.sha256(text.encode()).digest() for text in texts]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
