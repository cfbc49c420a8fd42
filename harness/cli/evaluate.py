"""``harness study evaluate``: test stored epochs afterwards."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from harness.cli.options import Json, StudyDirectory
from harness.cli.output import console, rows_table, write_json

#: Rows that a terminal is shown; the table has all.
SHOWN = 40


def evaluate(
    directory: StudyDirectory,
    epochs: Annotated[
        str, typer.Option(metavar="all|N,N,…", help="Epochs to test, from 1, of those that are kept.")
    ] = "all",
    part: Annotated[str, typer.Option(metavar="test|validation", help="Which clips.")] = "test",
    as_json: Json = False,
) -> None:
    """Test the stored epochs of a study's runs afterwards, and write tables/epoch_scores.parquet.

    The study must have kept them (`training.keep: epochs`; of `final` only the chosen ones are there). Nothing is
    trained, and no other table changes. An epoch that is chosen by its test score is no result: the table is for
    looking at how runs went.

    Example: `harness study evaluate runs/audio_pairs --epochs 1,5,10`
    """
    numbers = _numbers(epochs)
    from harness.revive.evaluate import evaluate_study

    found = evaluate_study(directory, epochs=numbers, part=part)
    whole = found[found["label"].isna()]
    mean = whole.groupby(["cell_id", "task", "epoch", "split", "metric"], as_index=False).agg(
        mean=("value", "mean"), runs=("value", "size")
    )
    rows: list[dict[str, Any]] = [dict(zip(mean.columns, row)) for row in mean.itertuples(index=False)]
    if as_json:
        write_json(
            {"table": str(directory / "tables" / "epoch_scores.parquet"), "rows": len(found), "means": rows}
        )
        return
    console().print(rows_table(rows[:SHOWN]))
    more = f"; {len(rows) - SHOWN} more rows like these" if len(rows) > SHOWN else ""
    console().print(f"{len(found)} rows: {directory / 'tables' / 'epoch_scores.parquet'}{more}", markup=False)


def _numbers(text: str) -> list[int] | None:
    if text == "all":
        return None
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError:
        numbers = [0]
    if min(numbers) < 1:
        raise typer.BadParameter(
            f"found {text!r}, expected all, or epochs from 1 such as 1,5,10", param_hint="--epochs"
        )
    return numbers
