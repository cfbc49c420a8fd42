"""``harness doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Json
from harness.cli.output import console, write_json
from harness.exit_codes import ExitCode

if TYPE_CHECKING:
    from harness.doctor.finding import Finding

STYLES = {"ok": "green", "note": "yellow", "problem": "bold red"}


def doctor(
    data_root: Annotated[
        Path | None,
        typer.Option(help="Folder of your corpora, to see whether it can be read.", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where results would be written.")] = Path("runs"),
    self_test: Annotated[
        bool, typer.Option("--self-test/--no-self-test", help="Train for some seconds at the end.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Look at this machine: versions, devices, audio, free space, corpora, plugins, and a test training.

    What is wrong is shown with what to do about it. Exit code 0 where nothing stops a study, 1 where something does.

    Example: `harness doctor --data-root ../data`
    """
    from harness.config.data import DataOptions
    from harness.data.cache import cache_root
    from harness.doctor.examine import examine
    from harness.plugins import load_registry

    found = []
    for finding in examine(
        load_registry(), cache=cache_root(DataOptions()), out=out, data_root=data_root, trains=self_test
    ):
        found.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        write_json([finding.to_json() for finding in found])
    problems = [finding for finding in found if finding.status == "problem"]
    if not as_json:
        _show_sum(problems)
    raise typer.Exit(ExitCode.ERROR if problems else ExitCode.DONE)


def _show(finding: Finding) -> None:
    terminal = console()
    terminal.print(f"{finding.status:8}", style=STYLES[finding.status], end="")
    terminal.print(f"{finding.check}: {finding.found}", markup=False)
    if finding.advice:
        terminal.print(f"        {finding.advice}", markup=False, style="dim")


def _show_sum(problems: list[Finding]) -> None:
    names = ", ".join(finding.check for finding in problems)
    text = f"{len(problems)} problem(s): {names}" if problems else "nothing here stops a study"
    console().print(f"\n{text}", markup=False)
