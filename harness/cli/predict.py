"""``harness predict``: what new tasks would gain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli.options import Json
from harness.cli.output import console, rows_table, write_json

if TYPE_CHECKING:
    from harness.analysis.prediction.answer import Prediction

SHOWN = ("main", "partner", "gain", "ci_low", "ci_high", "note")


def predict(
    sources: Annotated[
        list[Path],
        typer.Option(
            "--from",
            metavar="DIR",
            help="A study with measured pairs, or what `harness analyse --out` wrote. May be given several times.",
            show_default=False,
        ),
    ],
    tasks: Annotated[
        str,
        typer.Option(
            metavar="A,B,…", help="Tasks with single runs only, with commas between.", show_default=False
        ),
    ],
    study: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR",
            help="A study with the single runs of these tasks, where --from does not have them.",
            show_default=False,
        ),
    ] = None,
    features: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Statistics of the tasks (CSV or Parquet, a column task), where no study has them.",
            show_default=False,
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="PATTERN,…", help="Only these pair features; * stands for anything.", show_default="all"
        ),
    ] = None,
    confidence: Annotated[
        float,
        typer.Option(min=0.5, max=0.999, help="Level of the intervals; 0.8 needs 4 tasks, 0.95 needs 19."),
    ] = 0.8,
    draws: Annotated[int, typer.Option(min=20, help="Draws of random features to compare with.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the random features.")] = 0,
    as_json: Json = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write tables/predicted_gains.parquet here.", show_default=False),
    ] = None,
) -> None:
    """Predict what tasks would gain from pairs that were never trained, from their single runs.

    Declines, and prints no numbers, when such predictions are no better on unseen main tasks than random
    features are in 95 of 100 draws. Intervals are conformal, with a task as the unit.

    Example: `harness predict --from runs/audio_pairs --tasks esc10/sound --study runs/singles`

    Example: `harness predict --from runs/audio_pairs --tasks esc10/sound --out predicted`, then
    `harness group runs/audio_pairs --predicted predicted --networks 3`
    """
    from harness.analysis.prediction.answer import predict as predicted
    from harness.analysis.prediction.known import gather, statistics_of_file
    from harness.results.loader import load_study
    from harness.results.writers import to_arrow, write_tables

    known = [load_study(path) for path in sources]
    more = [load_study(path).tables for path in study or []]
    more += [{"task_stats": statistics_of_file(path)} for path in features or []]
    design = gather([one.tables for one in known], more)
    found = predicted(
        design, _names(tasks), patterns=_names(columns or ""), confidence=confidence, draws=draws, seed=seed
    )
    table = found.table.assign(study_id="+".join(one.study_id for one in known))
    if out is not None:
        write_tables(out, {"predicted_gains": table})
    _show(found, to_arrow("predicted_gains", table).to_pylist(), design.note, out, as_json=as_json)


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _show(
    found: Prediction, rows: list[dict[str, Any]], note: str, out: Path | None, *, as_json: bool
) -> None:
    if as_json:
        predictions = [] if found.declined else rows
        shown = {"declined": found.declined, "words": found.words, "note": note or None}
        write_json({**shown, "features": list(found.columns), "predictions": predictions})
        return
    terminal = console()
    if not found.declined:
        terminal.print(rows_table([{key: row[key] for key in SHOWN} for row in rows]))
    terminal.print(found.words, markup=False)
    if note:
        terminal.print(f"note: {note}", markup=False)
    if out is not None:
        terminal.print(f"written: {out / 'tables' / 'predicted_gains.parquet'}", markup=False)
