"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.completion import study_directories, study_files

StudyFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="The study file (YAML).", show_default=False, autocompletion=study_files
    ),
]
StudyDirectory = Annotated[
    Path,
    typer.Argument(
        metavar="DIR",
        help="The study's directory, such as runs/audio_pairs.",
        show_default=False,
        autocompletion=study_directories,
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a key of the study file; dotted, with a YAML value. May be given several times."
        " Example: --set training.epochs=5 --set features.0.n_mels=64",
        show_default=False,
    ),
]
DataRoot = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Where relative paths of data sets start; replaces data.root.", show_default=False
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="The study's directory.", show_default="runs/<study>"),
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON on standard output, for scripts.")]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Worker processes; replaces compute.workers.", show_default=False),
]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Try failed trainings again.")]
NoReport = Annotated[bool, typer.Option("--no-report", help="Write the tables alone: no report, no summary.")]
Events = Annotated[bool, typer.Option("--json", help="Write events on standard output, one JSON a line.")]
