"""``harness model``: the networks that a study kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from harness.cli.options import Json, StudyDirectory
from harness.cli.output import console, rows_table, write_json

app = typer.Typer(help="List and export the networks that a study kept.", no_args_is_help=True)

#: Rows that a terminal is shown; --json gives all.
SHOWN = 60


@app.command("list")
def list_models(directory: StudyDirectory, as_json: Json = False) -> None:
    """List the kept networks of a study: run, tasks, fold, seed, test scores and size.

    A study keeps the networks of its final runs where it says `training.keep: final` (or `epochs`).

    Example: `harness model list runs/audio_pairs`
    """
    from harness.export.runs import list_networks

    rows = list_networks(directory)
    if as_json:
        write_json(rows)
        return
    if not rows:
        console().print(
            f"{directory}: no networks are kept; run the study with training.keep: final", markup=False
        )
        return
    console().print(rows_table([_shown(row) for row in rows[:SHOWN]], whole=("run",)))
    if len(rows) > SHOWN:
        console().print(f"{len(rows) - SHOWN} more; --json lists all", markup=False)


@app.command("export")
def export_model(
    directory: StudyDirectory,
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="A run, or the unique beginning of its identity.", show_default=False
        ),
    ],
    to: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.", show_default=False)],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="torchscript|onnx", help="Format.", show_default="by the file's ending"
        ),
    ] = None,
    task: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TASK", help="Leave out all tasks but this; may be given again.", show_default=False
        ),
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Scale and normalise by this data set's statistics for all tasks.",
            show_default="each task's own data set's",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Write a trained network as one file: a waveform in, each task's probabilities out; no harness needed.

    Feature, scaling, network and classes are in it. It is loaded again and compared with the harness's own
    predictions before it appears. Decoding and resampling are the caller's.

    Example: `harness model export runs/audio_pairs 3f2a --to net.pt`

    Example: `harness model export runs/audio_pairs 3f2a --to net.onnx --task speech/digit`
    """
    from harness.export.write import export_network

    told = export_network(directory, run, to, format_=format_, tasks=task or (), dataset=dataset, force=force)
    if as_json:
        write_json(told)
        return
    verified = told["verified"]
    clips = f"{verified['clips']} test clips" if verified["clips"] else f"no test clip ({verified['note']})"
    lines = [
        f"{told['file']}: {told['file_format']}, waveform [{told['batch'] or 'batch'}, samples] at "
        f"{told['sample_rate']} Hz, {told['clip_samples']} samples a clip",
        *(f"{name}: {_classes(entry)}" for name, entry in told["tasks"].items()),
        f"compared with the harness on {verified['waveforms']} generated waveforms and {clips}: "
        f"at most {verified['difference']:.1g} apart ({verified['tolerance']:g} allowed)",
        *(f"{name}: its labels were shuffled; this is a placebo" for name in told["shuffled"]),
    ]
    for line in lines:
        console().print(line, markup=False)


def _classes(entry: dict[str, Any]) -> str:
    return ", ".join(entry["classes"]) if entry["classes"] else "a number"


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    scores = zip(row["metrics"], row["test_scores"], strict=True)
    return {
        "run": row["run_id"],
        "tasks": [f"{task} (shuffled)" if task in row["shuffled"] else task for task in row["tasks"]]
        + [f"(head of {task})" for task in row["capacity_of"]],
        "feature": row["feature"] or "gone",
        "model": row["model"],
        "combiner": row["combiner"],
        "fold": row["fold"],
        "seed": row["seed"],
        "test": ", ".join(
            f"{name} {'–' if value is None else format(value, '.3f')}" for name, value in scores
        ),
        "MB": round(row["bytes"] / 1e6, 2),
    }
