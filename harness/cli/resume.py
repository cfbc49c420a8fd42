"""``harness study resume``: go on with the study of a directory."""

from __future__ import annotations

import typer

from harness.cli.options import DataRoot, Events, NoReport, RetryFailed, StudyDirectory, Workers


def resume(
    directory: StudyDirectory,
    data_root: DataRoot = None,
    workers: Workers = None,
    retry_failed: RetryFailed = False,
    no_report: NoReport = False,
    as_json: Events = False,
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
