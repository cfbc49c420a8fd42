"""One report of a study in the format that is asked for."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import NamedTuple

from harness.errors import DataError, check_choice

#: Formats, and the endings of their files.
FORMATS = {"html": ".html", "pdf": ".pdf", "md": ".md"}


def write_format(directory: Path, format_: str = "html", out: Path | None = None) -> Path:
    """Write a study's report from its tables alone, and return its path: ``out``, or ``report.<ending>`` in the study.

    The first line of each says how many cells are done. A Markdown report has its figures in ``<its stem>_figures``
    beside it.

    Raises:
        UsageError: the format is unknown.
        DataError: ``out`` cannot be written.
        StudyDirectoryError: the directory holds no study.
        BrowserError: ``pdf`` was asked for, and there is no browser that prints, or it did not.
    """
    check_choice("format", format_, FORMATS)
    if format_ == "html" and out is None:
        from harness.report.html import write_report

        return write_report(directory)
    if out is not None:
        _check(out)
    read = read_page(directory, interactive=format_ == "html")
    path = out if out is not None else read.directory / f"report{FORMATS[format_]}"
    if format_ == "pdf":
        from harness.report.formats.pdf import write_pdf

        return write_pdf(read.html, path)
    if format_ == "md":
        from harness.report.formats.markdown import write_markdown

        return write_markdown(read.status, read.html, path)
    replace_text(path, read.html)
    return path


class Page(NamedTuple):
    """The report of a study: its directory, what its first line says (N of M cells), and the whole page."""

    directory: Path
    status: str
    html: str


def read_page(directory: Path, *, interactive: bool = False) -> Page:
    """Return the report of a study, from its tables; without scripts, unless it shall be ``interactive``.

    Raises:
        DataError: the directory holds no study.
    """
    from harness.report.facts import Facts
    from harness.report.html import page
    from harness.results.loader import IncompleteStudyWarning, load_study

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteStudyWarning)  # the report's first line says so
        study = load_study(directory)
    facts = Facts(study, interactive)
    return Page(Path(study.directory), facts.status, page(facts))


def replace_text(path: Path, text: str) -> None:
    """Write a text file: whole, or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _check(path: Path) -> None:
    if path.is_dir():
        raise DataError(f"{path} is a directory; give the name of the file to write with --out")
    if not path.parent.is_dir():
        raise DataError(f"{path.parent} is no directory, so that {path.name} cannot be written there")
