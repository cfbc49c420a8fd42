"""The report in print: the page as a browser prints it."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from harness.report.formats.browser import print_page

_CLOSED = re.compile(r"<details(?![^>]*\bopen\b)")


def write_pdf(page: str, path: Path) -> Path:
    """Print the page, everything unfolded, and return the path of the file; it appears whole or not at all.

    Raises:
        BrowserError: there is no browser that prints, or it did not.
    """
    with tempfile.TemporaryDirectory(prefix="harness-report-") as place:
        source = Path(place) / "report.html"
        source.write_text(unfolded(page), encoding="utf-8")
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial.pdf")
        try:
            print_page(source, partial.resolve())
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
    return path


def unfolded(page: str) -> str:
    """Return the page with every folded part open: nobody can unfold paper."""
    return _CLOSED.sub("<details open", page)
