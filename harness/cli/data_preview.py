"""``harness data preview``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.data_options import Param, Target
from harness.cli.options import DataRoot, Set


def preview(
    target: Target,
    to: Annotated[
        Path, typer.Option(metavar="FILE", help="Where to write: .html, .png or .pdf.", show_default=False)
    ],
    params: Param = None,
    overrides: Set = None,
    data_root: DataRoot = None,
    task: Annotated[
        str | None,
        typer.Option(
            help="Draw by the labels of this task.", show_default="the study's first, else the first"
        ),
    ] = None,
    per_class: Annotated[int, typer.Option(min=1, help="Clips of each label.")] = 2,
    clips: Annotated[int, typer.Option(min=1, help="At most this many clips of a data set.")] = 60,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    audio: Annotated[
        bool, typer.Option("--audio", help="Put the sound of the clips into the HTML file.")
    ] = False,
) -> None:
    """Write a contact sheet: waveform, spectrogram, label and group of some clips, and the label counts.

    Example: `harness data preview studies/audio_pairs.yaml --to clips.html`

    Example: `harness data preview folder --param path=birds --param tasks.species=multiclass --to birds.pdf`
    """
    from harness.corpora.page import told
    from harness.corpora.preview import SUFFIXES, write_preview
    from harness.corpora.sheets import sheets_of
    from harness.corpora.target import study_of
    from harness.plugins import load_registry

    if to.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(f"found {to}; allowed: {', '.join(SUFFIXES)}", param_hint="--to")
    if audio and to.suffix.lower() != ".html":
        raise typer.BadParameter(f"only a .html file can be heard, found {to}", param_hint="--audio")
    registry = load_registry()
    config = study_of(
        target, params=params or [], overrides=overrides or [], data_root=data_root, registry=registry
    )
    sheets = sheets_of(config, registry, task, per_class=per_class, at_most=clips, seed=seed)
    write_preview(sheets, to, audio=audio)
    for line in (*told(sheets), str(to)):
        typer.echo(line)
