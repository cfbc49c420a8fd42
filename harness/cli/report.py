"""``harness study report``: the report of a study, as a page, in print or as Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import StudyDirectory


def report(
    directory: StudyDirectory,
    format_: Annotated[str, typer.Option("--format", metavar="html|pdf|md", help="What to write.")] = "html",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The file to write.", show_default="DIR/report.<format>"),
    ] = None,
) -> None:
    """Write the report anew from a study's tables, complete or not; its first line says N of M cells.

    `md` is Markdown with its figures as SVG files beside it. `pdf` needs a browser of the Chromium family, on PATH or
    named by HARNESS_BROWSER.

    Example: `harness study report runs/audio_pairs`

    Example: `harness study report runs/audio_pairs --format md --out summary.md`
    """
    from harness.report.formats.write import write_format

    typer.echo(str(write_format(directory, format_, out)))
