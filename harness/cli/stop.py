"""``harness study stop``: ask the command that writes a study to stop."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.options import StudyDirectory


def stop(
    directory: StudyDirectory,
    now: Annotated[
        bool, typer.Option("--now", help="Stop at once, as the second Ctrl-C does; checkpoints are kept.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Return when the study is not written any more.")
    ] = False,
) -> None:
    """Ask the command that writes a study to finish what is running and stop, as Ctrl-C in its terminal does.

    Works from another shell, and from another machine that shares the directory. No finished training is lost:
    `harness study resume` goes on. Where no command writes the study it says so, and ends with 0.

    Example: `harness study stop runs/audio_pairs --wait`
    """
    from harness.watching.stop import stop_study

    for text in stop_study(directory, now=now, wait=wait):
        typer.echo(text)
