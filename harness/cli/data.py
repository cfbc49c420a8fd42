"""``harness data``: list, check, preview, fetch."""

from __future__ import annotations

import typer

from harness.cli.data_check import check
from harness.cli.data_fetch import fetch
from harness.cli.data_list import list_datasets
from harness.cli.data_preview import preview

app = typer.Typer(
    help="See which data sets there are, check and look at their clips, fetch published ones.",
    no_args_is_help=True,
)
app.command("list")(list_datasets)
app.command()(check)
app.command()(preview)
app.command()(fetch)
