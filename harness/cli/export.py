"""``harness study export``: a study's tables for people and programs that do not read Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import Json, StudyDirectory
from harness.cli.output import console, rows_table, write_json


def export(
    directory: StudyDirectory,
    to: Annotated[Path, typer.Option(metavar="DEST", help="The folder to write.", show_default=False)],
    tables: Annotated[
        str | None,
        typer.Option(metavar="NAME,NAME,…", help="Only these tables.", show_default="all"),
    ] = None,
    format_: Annotated[str, typer.Option("--format", metavar="csv|parquet|jsonl", help="Format.")] = "csv",
    force: Annotated[
        bool, typer.Option("--force", help="Write into a folder that is not empty; same names are replaced.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write a study's tables as CSV, JSON lines or Parquet, with `datapackage.json`, which says what every column is.

    In CSV, text is in quotes and null is nothing at all, lists are JSON, and times are ISO 8601 in UTC.

    Example: `harness study export runs/audio_pairs --to audio_pairs_tables`

    Example: `harness study export runs/audio_pairs --to out --tables gains,scores --format jsonl`
    """
    from harness.results.exports.write import export_tables

    names = [name.strip() for name in tables.split(",") if name.strip()] if tables else []
    written = export_tables(directory, to, tables=names, format_=format_, force=force)
    if as_json:
        write_json(written)
        return
    console().print(rows_table(written["files"], whole=("table", "file")))
    state = "" if written["complete"] else " (the study is incomplete)"
    ending = f"{written['study']}, {written['cells']}{state}: {len(written['files'])} tables and {written['package']}"
    console().print(f"{ending} in {to}", markup=False)
