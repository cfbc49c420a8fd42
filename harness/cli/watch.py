"""``harness study watch``: a study as its own command shows it, from another shell."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.options import StudyDirectory


def watch(
    directory: StudyDirectory,
    once: Annotated[bool, typer.Option("--once", help="Show it once, and end.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write snapshots on standard output, one JSON a line.")
    ] = False,
) -> None:
    """Watch a study while another command writes it: progress, time left, workers, gains so far, failures.

    Reads the ledger only, and never holds up the command that writes it. Ends when the study is finished, or when
    no command writes it any more.

    Example: `harness study watch runs/audio_pairs`

    Example: `harness study watch runs/audio_pairs --once --json`
    """
    from harness.watching.watch import watch_study

    watch_study(directory, once=once, as_json=as_json)
