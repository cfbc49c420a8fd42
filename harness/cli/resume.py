"""``harness study resume``: go on with the study of a directory."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.options import DataRoot, StudyDirectory


def resume(
    directory: StudyDirectory,
    data_root: DataRoot = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Worker processes; replaces compute.workers.", show_default=False),
    ] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try failed trainings again.")] = False,
    no_report: Annotated[
        bool, typer.Option("--no-report", help="Write the tables alone: no report, no summary.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write events on standard output, one JSON a line.")
    ] = False,
) -> None:
    """Go on with a study where it stopped, as it was started: the study file, its overrides and the data root are
    in the directory. The tables that come out are those of `harness study run FILE --out DIR`.

    Example: `harness study resume runs/audio_pairs`

    Example: `harness study resume runs/audio_pairs --workers 4 --retry-failed`
    """
    from harness.watching.resume import resume_study

    code = resume_study(
        directory,
        data_root=data_root,
        workers=workers,
        events=as_json,
        retry_failed=retry_failed,
        report=not no_report,
    )
    raise typer.Exit(code)
