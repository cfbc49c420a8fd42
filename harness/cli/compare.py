"""``harness study compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli.completion import study_directories
from harness.cli.options import Json
from harness.cli.output import console, rows_table, write_json

if TYPE_CHECKING:
    from harness.analysis.two.comparison import Comparison

#: Rows of a list that a terminal is shown; --json and --out have all.
SHOWN = 20
PAIR = ("main", "partners", "feature", "model", "combiner")
ORIGINS = {
    "settings": "settings that differ",
    "versions": "versions that differ",
    "data": "data that differ",
}


def compare(
    first: Annotated[
        Path,
        typer.Argument(
            metavar="A", help="A study's directory.", show_default=False, autocompletion=study_directories
        ),
    ],
    second: Annotated[
        Path,
        typer.Argument(
            metavar="B", help="Another one.", show_default=False, autocompletion=study_directories
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Write the gains of both, a row each.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare the gains of two studies: which agree, which differ by more than chance, and what else differs.

    Differences are B less A, paired by fold and seed where both tested the same clips. Studies that are not finished
    are compared as far as they are; where data or splits differ, a warning says so first.

    Example: `harness study compare runs/audio_pairs runs/other --out differences.csv`
    """
    _check(out)
    from harness.analysis.two.comparison import compare as compared

    found = compared(first, second)
    if out is not None:
        partners = found.pairs["partners"].map(" + ".join)
        found.pairs.assign(partners=partners).to_csv(out, index=False)
    write_json(found.to_json()) if as_json else _show(found, out)


def _check(out: Path | None) -> None:
    if out is not None and (out.suffix != ".csv" or not out.parent.is_dir()):
        raise typer.BadParameter(
            f"found {str(out)!r}, expected a file that ends in .csv, in a directory that is there",
            param_hint="--out",
        )


def _show(found: Comparison, out: Path | None) -> None:
    terminal, values = console(), found.to_json()
    for side in ("a", "b"):
        one = values[side]
        cells = f"{one['n_cells_done']} of {one['n_cells']} cells"
        terminal.print(f"{side.upper()}: {one['directory']} ({one['study_id']}, {cells})", markup=False)
    for text in found.warnings:
        terminal.print(f"warning: {text}", markup=False, style="yellow")
    _list(f"gains of both ({len(found.pairs)}), the largest differences first", _largest(values["pairs"]))
    _list("agreement, placebos left out", values["agreement"])
    _list("verdicts, placebos left out", values["verdicts"])
    _list("correlation over pairs, placebos left out", values["correlations"])
    for side in ("a", "b"):
        rows = [{name: row[name] for name in (*PAIR, "placebo")} for row in values[f"only_in_{side}"]]
        _list(f"gains only in {side.upper()} ({len(rows)})", rows)
    for name, heading in ORIGINS.items():
        _list(heading, values[name])
    if out is not None:
        terminal.print(f"written: {out}", markup=False)


def _largest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    columns = (*PAIR, "gain_a", "gain_b", "difference", "ci_low", "ci_high", "q", "note")
    known = sorted(rows, key=lambda row: -abs(row["difference"] or 0.0))
    shown = [{name: row[name] for name in columns} | {"placebo": row["placebo"]} for row in known]
    return _varying(shown)


def _varying(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the setting's columns that are the same in every row."""
    same = [name for name in PAIR[2:] if len({row[name] for row in rows}) < 2]
    return [{name: value for name, value in row.items() if name not in same} for row in rows]


def _list(heading: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    terminal = console()
    terminal.print(f"\n{heading}", markup=False)
    terminal.print(rows_table(rows[:SHOWN]))
    if len(rows) > SHOWN:
        terminal.print(f"{len(rows) - SHOWN} more: --json has all", markup=False)
