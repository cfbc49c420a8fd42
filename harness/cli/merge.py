"""``harness study merge``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from harness.cli.completion import study_directories
from harness.cli.options import DataRoot, Json
from harness.cli.output import console, write_json


def merge(
    directories: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR DIR…",
            help="Directories of one study; of what several have, the first counts.",
            show_default=False,
            autocompletion=study_directories,
        ),
    ],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="The new directory of the merged study.", show_default=False)
    ],
    tables: Annotated[
        bool,
        typer.Option("--tables/--no-tables", help="Write the tables and the report, which needs the data."),
    ] = True,
    data_root: DataRoot = None,
    as_json: Json = False,
) -> None:
    """Merge the directories of one study that was run in several places, whole or in parts, into a new one.

    What is done in one of them is done in the merged study; kept networks and checkpoints are copied. The directories
    are only read. `harness study run FILE --out DIR` goes on with the merged study.

    Example: `harness study merge runs/audio_pairs elsewhere/audio_pairs --out runs/merged`
    """
    from harness.ledgers.merge import merge_studies

    merged = merge_studies(directories, out)
    if not as_json:
        _show(merged.to_json())
    found = merged.to_json() | (_tables(out, merged.study, directories, data_root) if tables else {})
    if as_json:
        write_json(found)
    elif tables:
        console().print(
            f"tables: {out / 'tables'}   {found['cells_done']} of {found['cells']} cells", markup=False
        )


def _tables(out: Path, study: str, sources: list[Path], data_root: Path | None) -> dict[str, Any]:
    from harness.errors import HarnessError
    from harness.ledgers.tables import write_tables_of

    try:
        written = write_tables_of(
            out, study, sources, data_root=data_root, say=lambda done, total, what: None
        )
    except HarnessError as error:
        raise type(error)(
            f"{error}\n{out} is merged; its tables are not written. 'harness study run FILE --out {out}' writes them "
            "where the data are"
        ) from error
    return {"cells": written.n_cells, "cells_done": written.n_cells_done}


def _show(found: dict[str, Any]) -> None:
    states = ", ".join(f"{n} {state}" for state, n in sorted(found["trainings"].items()))
    lines = [f"{found['directory']}: {found['study']}, trainings: {states or 'none'}; {found['runs']} runs"]
    lines += [f"{n} trainings from {name}" for name, n in zip(found["sources"], found["taken"], strict=True)]
    copied = [f"{found[name]} {name}" for name in ("networks", "checkpoints", "states") if found[name]]
    lines += [f"copied: {', '.join(copied)}"] if copied else []
    lines.append(f"{found['in_several']} trainings were in several of them, and are kept once")
    if found["different_results"]:
        lines.append(
            f"warning: {found['different_results']} of these are done with different results; the first named are "
            "kept, and the table failures says which (kind merge)"
        )
    if found["different_trials"]:
        lines.append(
            f"warning: {found['different_trials']} searches went different ways; the first named are kept"
        )
    for line in [*lines, *(f"note: {note}" for note in found["notes"])]:
        console().print(line, markup=False)
