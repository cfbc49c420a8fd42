"""``harness study clean``."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from harness.cli.options import Json, StudyDirectory
from harness.cli.output import console, rows_table, write_json

#: Seconds of a unit of time.
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def clean(
    directory: StudyDirectory,
    checkpoints: Annotated[
        bool, typer.Option("--checkpoints", help="Free the checkpoints of trainings that are not done.")
    ] = False,
    kept: Annotated[
        bool, typer.Option("--kept", help="Free kept networks, and states that probes look at.")
    ] = False,
    cache: Annotated[
        bool,
        typer.Option(
            "--cache", help="Free what no study used for 30 days of the cache that all studies share."
        ),
    ] = False,
    older_than: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Only what was not used for so long: 12h, 30d, 8w.", show_default=False
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Free it; without this, only tell.")] = False,
    as_json: Json = False,
) -> None:
    """Tell what a study's checkpoints, kept networks, partial files and the cache take, and free what is asked.

    The ledger, the tables and the report are never touched. What is freed can be had again by running the study: a
    checkpoint costs the training that it saved, a kept network is trained once more where the study keeps networks.
    What another study uses now stays. With --yes, partial files that killed commands left are always freed.

    Example: `harness study clean runs/audio_pairs --checkpoints --cache --older-than 30d`
    """
    older_than_s = None if older_than is None else _seconds(older_than)
    from harness.ledgers.clean import Asked, clean_study

    asked = Asked(checkpoints=checkpoints, kept=kept, cache=cache, older_than_s=older_than_s, yes=yes)
    found = clean_study(directory, asked)
    write_json(found) if as_json else _show(found, yes)


def size(n_bytes: int) -> str:
    """Return ``512 B``, ``1.4 MB``, ``20 GB``: powers of 1000."""
    value = float(n_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.5:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} TB"


def _show(found: dict[str, Any], yes: bool) -> None:
    terminal = console()
    parts = [part for part in found["parts"] if part["entries"]]
    terminal.print(rows_table([_row(part, yes) for part in parts]) if parts else "nothing to free")
    terminal.print(f"study: {found['directory']}   cache: {found['cache']}", markup=False)
    asked = sum(part["asked_bytes"] for part in parts)
    if yes:
        terminal.print(f"freed: {size(found['freed_bytes'])}", markup=False)
    elif any(part["asked"] for part in parts):
        terminal.print(f"nothing is freed yet; --yes frees what is asked: {size(asked)}", markup=False)


def _row(part: dict[str, Any], yes: bool) -> dict[str, Any]:
    row = {"what": part["part"], "entries": part["entries"], "size": size(part["n_bytes"])}
    row |= {"asked": part["asked"], "asked size": size(part["asked_bytes"]), "in use": part["in_use"]}
    return row | ({"freed": part["freed"]} if yes else {})


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhdw])", text)
    if found is None:
        raise typer.BadParameter(
            f"found {text!r}, expected a number and a unit of {', '.join(UNITS)}, such as 12h or 30d",
            param_hint="--older-than",
        )
    return float(found[1]) * UNITS[found[2]]
