"""Vega itself, as one script for the page: the report opens offline."""

from __future__ import annotations

import contextlib
import os
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

#: What the page calls; everything that it needs comes along, the expression interpreter too.
ENTRY = "window.vegaEmbed=vegaEmbed;"


@lru_cache(maxsize=1)
def vega_bundle() -> str:
    """Return the library as one script. It takes two seconds to make, so it is kept in the harness's cache."""
    import vl_convert

    kept = _folder() / f"vega-embed-{version('vl-convert-python')}.js"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        found = kept.read_text(encoding="utf-8")
        if found.endswith(ENTRY_MARK):
            return found
    made = vl_convert.javascript_bundle(ENTRY) + ENTRY_MARK
    if "</script" in made.lower() or "<!--" in made:
        raise ValueError("the Vega bundle holds markup that would end its script element")
    _keep(kept, made)
    return made


#: The last line of a bundle that was written to its end.
ENTRY_MARK = "\n/* end of vega-embed */"


def _folder() -> Path:
    return Path(os.environ.get("HARNESS_CACHE") or Path.home() / ".cache" / "harness") / "report"


def _keep(path: Path, text: str) -> None:
    """Write atomically; a report is written without a cache as well, only later."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, path)
