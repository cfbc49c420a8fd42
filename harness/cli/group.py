"""``harness group``: which tasks to train together."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli.options import Json
from harness.cli.output import console, rows_table, write_json

if TYPE_CHECKING:
    from harness.analysis.groupings.source import Source


class Objective(StrEnum):
    """What is best."""

    total = "total"
    worst = "worst"


def group(
    gains: Annotated[
        Path,
        typer.Argument(
            metavar="STUDY|GAINS",
            help="A study's directory, or a CSV or Parquet file with the columns main, partner and a gain.",
            show_default=False,
        ),
    ],
    networks: Annotated[
        int, typer.Option(min=1, metavar="K", help="At most this many networks.", show_default=False)
    ],
    budget: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="B",
            help="At most this many tasks trained, over all networks.",
            show_default="no limit",
        ),
    ] = None,
    objective: Annotated[
        Objective,
        typer.Option(help="total: the largest sum of gains. worst: the task that gains least gains most."),
    ] = Objective.total,
    gain: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN", help="The file's column of gains (more is better).", show_default="gain"
        ),
    ] = None,
    tasks: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,…", help="Only these tasks, with commas between.", show_default="all tasks"
        ),
    ] = None,
    predicted: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR|FILE",
            help="Predicted gains of `harness predict --out`, for pairs that were not measured.",
            show_default=False,
        ),
    ] = None,
    feature: Annotated[
        str | None, typer.Option(help="Only gains with this feature.", show_default=False)
    ] = None,
    model: Annotated[str | None, typer.Option(help="Only gains with this model.", show_default=False)] = None,
    combiner: Annotated[
        str | None, typer.Option(help="Only gains with this combiner.", show_default=False)
    ] = None,
    confidence: Annotated[float, typer.Option(min=0.5, max=0.999, help="Level of the intervals.")] = 0.95,
    seed: Annotated[int, typer.Option(help="Seed of the resampled runs and the random groupings.")] = 0,
    as_json: Json = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write tables/groupings.parquet here.", show_default=False),
    ] = None,
) -> None:
    """Choose which tasks to train together: at most K networks with the best gains.

    Each task is served by exactly one network. A network may train tasks that it does not serve, because they
    help the others. A group that was not measured is worth the mean of its measured pairs, and is marked. The
    choice is exact for up to 20 tasks. It is compared with one network for all tasks, a network a task, and
    random groupings; a study's runs give it an interval.

    Example: `harness group runs/audio_pairs --networks 3`

    Example: `harness group gains.csv --gain accuracy_gain --networks 2 --budget 8 --objective worst`
    """
    from harness.analysis.groupings.answer import groupings
    from harness.results.writers import to_arrow, write_tables

    source = _source(gains, gain, {"feature": feature, "model": model, "combiner": combiner}, predicted)
    source = _only(source, tasks)
    _check_budget(budget, source)
    table = groupings(
        source, networks, budget=budget, objective=objective.value, confidence=confidence, seed=seed
    ).assign(study_id=source.name)
    if out is not None:
        write_tables(out, {"groupings": table})
    rows = to_arrow("groupings", table).to_pylist()
    write_json(rows) if as_json else _show(rows, source.name, confidence, out)


def _source(path: Path, gain: str | None, setting: dict[str, str | None], predicted: Path | None) -> Source:
    from harness.analysis.groupings.outside import of_file
    from harness.analysis.groupings.source import of_study, with_predicted
    from harness.analysis.outside.read import read_frame

    named = {key: value for key, value in setting.items() if value is not None}
    if path.is_dir():
        from harness.results.loader import load_study

        if gain is not None:
            raise typer.BadParameter("a study has gains of its own; it is for files", param_hint="--gain")
        study = load_study(path)
        source = of_study(study.name, study.tables, named)
    elif named:
        raise typer.BadParameter("is for studies, not for files", param_hint=f"--{next(iter(named))}")
    else:
        source = of_file(path, gain)
    if predicted is None:
        return source
    file = predicted / "tables" / "predicted_gains.parquet" if predicted.is_dir() else predicted
    return with_predicted(source, read_frame(file))


def _only(source: Source, tasks: str | None) -> Source:
    from harness.analysis.groupings.source import restricted

    return source if tasks is None else restricted(source, _names(tasks))


def _names(tasks: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in tasks.split(",") if name.strip()))


def _check_budget(budget: int | None, source: Source) -> None:
    from harness.analysis.groupings.source import tasks_of

    n_tasks = len(tasks_of(source))
    if budget is not None and budget < n_tasks:
        raise typer.BadParameter(
            f"{budget} is less than the {n_tasks} tasks, each of which must be trained at least once",
            param_hint="--budget",
        )


def _show(rows: list[dict[str, Any]], name: str, confidence: float, out: Path | None) -> None:
    terminal = console()
    chosen = [row for row in rows if row["grouping"] == "chosen"]
    first = chosen[0]
    limit = "" if first["budget"] is None else f", at most {first['budget']} tasks trained"
    terminal.print(
        f"{name}: the best of all choices of at most {first['networks']} networks{limit}"
        f" ({first['objective']} of {first['target']})\n",
        markup=False,
    )
    terminal.print(rows_table([_network(row) for row in chosen]))
    terminal.print(
        f"\nagainst other groupings (low, high: the {100 * confidence:g} % interval by resampling runs;"
        " of random ones their 95 % range)"
    )
    terminal.print(rows_table(_compared(rows)))
    for note in dict.fromkeys(part for row in rows if row["note"] for part in row["note"].split("; ")):
        terminal.print(f"note: {note}", markup=False)
    if out is not None:
        terminal.print(f"written: {out / 'tables' / 'groupings.parquet'}", markup=False)


def _network(row: dict[str, Any]) -> dict[str, Any]:
    served = [f"{task} {gain:+.3g}" for task, gain in zip(row["served"], row["gains"], strict=True)]
    helpers = [task for task in row["tasks"] if task not in row["served"]]
    return {
        "network": row["network"],
        "serves, with gains": ", ".join(served),
        "helped by": ", ".join(helpers),
        "sum of gains": row["value"],
        "measured": row["measured"],
    }


def _compared(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    firsts = {row["grouping"]: row for row in reversed(rows)}
    return [
        {
            "grouping": name,
            "networks": sum(row["grouping"] == name for row in rows) if name != "random" else None,
            "tasks trained": firsts[name]["cost"],
            "objective": firsts[name]["total"],
            "low": firsts[name]["ci_low"] if name != "random" else firsts[name]["range_low"],
            "high": firsts[name]["ci_high"] if name != "random" else firsts[name]["range_high"],
        }
        for name in ("chosen", "all_in_one", "all_alone", "random")
    ]
