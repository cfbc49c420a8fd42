"""``harness data fetch``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.output import console

if TYPE_CHECKING:
    from harness.corpora.fetch import Fetching


def fetch(
    name: Annotated[str, typer.Argument(help="Data set to fetch (`harness data list`).", show_default=False)],
    to: Annotated[
        Path,
        typer.Option(
            metavar="DIR", help="Folder of your corpora; the data set gets its own in it.", show_default=False
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    keep_archives: Annotated[
        bool, typer.Option("--keep-archives", help="Keep what was downloaded, beside what came out of it.")
    ] = False,
) -> None:
    """Download a published corpus, check its published hash, and unpack it. A transfer that was cut off goes on.

    Shows licence and size, and asks first. Exit code 3 where it cannot be fetched, or its hash is wrong.

    Example: `harness data fetch fsdd --to ../data`
    """
    from harness.cli.progress import progress_bar
    from harness.corpora.fetch import fetch_corpus, fetching
    from harness.plugins import load_registry
    from harness.records import DatasetRecord

    record = load_registry().get("dataset", name).component
    assert isinstance(record, DatasetRecord)
    found = fetching(record, to)
    if not found.there:
        _show_offer(found)
        if not yes:
            typer.confirm("Fetch it?", abort=True, err=True)
        with progress_bar(in_bytes=True) as progress:
            fetch_corpus(
                found, lambda what, done, total: progress(done, total, what), keep_archives=keep_archives
            )
    typer.echo(
        f"{found.directory}\nin a study: {{use: {record.name}, path: {found.path}}}, with --data-root {to}"
    )


def _show_offer(found: Fetching) -> None:
    terminal = console()
    terminal.print(f"{found.record.name}: {found.record.summary}", markup=False)
    for key, value in (
        ("licence", found.record.licence),
        ("homepage", found.fetch.homepage),
        (
            "download",
            f"{_megabytes(found.missing_bytes)} of {_megabytes(found.fetch.size_bytes)} still to come",
        ),
        ("into", found.directory),
        ("hashes by", "; ".join(dict.fromkeys(file.hash_source for file in found.fetch.files))),
    ):
        terminal.print(f"{key}: {value}", markup=False)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
