"""``harness analyse``: anybody's table of gains, with inference that knows that pairs share tasks."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli.options import Json
from harness.cli.output import console, rows_table, write_json

if TYPE_CHECKING:
    import pandas as pd


class Relation(StrEnum):
    """What is made of a task's number and its partner's."""

    difference = "difference"
    ratio = "ratio"


class Protocol(StrEnum):
    """A published way to judge predictors."""

    bingel2017 = "bingel2017"


SHOWN = ("model", "term", "estimate", "p", "se_method", "note")


def analyse(
    gains: Annotated[
        Path,
        typer.Argument(
            metavar="GAINS",
            help="A CSV or Parquet file with one row a directed pair, or a study's directory.",
            show_default=False,
        ),
    ],
    gain: Annotated[
        str, typer.Option(metavar="COLUMN", help="The column of gains; more is better, above 0 helps.")
    ] = "gain",
    main: Annotated[str, typer.Option(metavar="COLUMN", help="The column of main tasks.")] = "main",
    partner: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="The column of partner tasks.",
            show_default="partner, aux, auxiliary or partners",
        ),
    ] = None,
    features: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Features of tasks (column task) or of directed pairs (main and partner). May be given several times.",
            show_default=False,
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="PATTERN,…",
            help="Only these columns of the features, and of the gains' file; * stands for anything.",
            show_default="all of the features",
        ),
    ] = None,
    relation: Annotated[
        Relation | None,
        typer.Option(
            help="What a pair gets beside the main's number and the partner's.", show_default="difference"
        ),
    ] = None,
    protocol: Annotated[
        Protocol | None,
        typer.Option(help="Judge by this published protocol as well.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write DIR/tables/*.parquet.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of permutations and random features.")] = 0,
    draws: Annotated[
        int | None,
        typer.Option(min=1, help="Draws of random features.", show_default="100, and 200 for a protocol"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Analyse a table of gains: what goes with a gain, and whether it can be told for tasks never seen.

    Regressions come with errors and p values that know that pairs share tasks; predictability is judged on
    tasks left out, beside the baselines that must be beaten, random features among them. With `--out` the tables
    are written as a study's: `harness.load_study(DIR)` opens them.

    Example: `harness analyse gains.csv --gain gain --features tasks.csv --out analysis`

    Example: `harness analyse gains.csv --gain gain_pp --columns tag_affinity`
    """
    from harness.analysis.outside.features import read_features
    from harness.analysis.outside.gains import read_gains
    from harness.analysis.outside.tables import answers, write_answers
    from harness.analysis.protocols import bingel2017
    from harness.analysis.skill import DRAWS

    patterns = [part.strip() for part in (columns or "").split(",") if part.strip()]
    if protocol is not None:
        patterns = patterns or list(bingel2017.PATTERNS)
        relation = relation or Relation(bingel2017.RELATION)
    measured = read_gains(gains, gain, main=main, partner=partner)
    known = read_features(measured, features or [], patterns, (relation or Relation.difference).value)
    tables = answers(
        measured,
        known,
        seed=seed,
        draws=draws or DRAWS,
        protocol=protocol.value if protocol else None,
        protocol_draws=draws or bingel2017.DRAWS,
    )
    if out is not None:
        write_answers(out, measured, tables)
    _show(tables, measured.note, out, as_json=as_json)


def _show(tables: dict[str, pd.DataFrame], note: str, out: Path | None, *, as_json: bool) -> None:
    from harness.analysis.outside.tables import records
    from harness.analysis.outside.words import beside, counted, sentences

    found, said = counted(tables["gains"]), sentences(tables["predictability"])
    told = tables["predictability"]
    if as_json:
        shown: dict[str, Any] = {"gains": found | {"note": note or None}, "words": said}
        for name in ("regressions", "predictability"):
            shown[name] = records(tables[name], [c for c in tables[name].columns if c != "study_id"])
        write_json(shown | {"out": out and str(out)})
        return
    terminal = console()
    terminal.print(_gains_line(found, note), markup=False)
    if len(tables["regressions"]):
        terminal.print("\nWhat goes with a gain (n_tasks is the effective sample)")
        terminal.print(rows_table(records(tables["regressions"], SHOWN)))
    if len(told):
        terminal.print("\nCan a gain be told beforehand? The value beside what it must beat")
        for title, wide in beside(told).items():
            terminal.print(f"\n{title}", markup=False)
            terminal.print(rows_table(records(wide, list(wide.columns))))
    for sentence in said:
        terminal.print(sentence, markup=False)
    if out is not None:
        terminal.print(f"tables: {out / 'tables'}", markup=False)


def _gains_line(found: dict[str, Any], note: str) -> str:
    line = f"{found['positive']} of {found['pairs']} gains are positive ({found['tasks']} tasks);"
    line += f" calling all positive has F1 {found['all_positive_f1']:.3f}"
    return line + (f"; {note}" if note else "")
