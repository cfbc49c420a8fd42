"""``harness study``: validate, plan, run, status, report, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from harness.cli.clean import clean
from harness.cli.compare import compare
from harness.cli.evaluate import evaluate
from harness.cli.export import export
from harness.cli.merge import merge
from harness.cli.options import (
    DataRoot,
    Events,
    Json,
    NoReport,
    Out,
    RetryFailed,
    Set,
    StudyDirectory,
    StudyFile,
    Workers,
)
from harness.cli.output import console, write_json, write_tables
from harness.cli.report import report
from harness.cli.resume import resume
from harness.cli.stop import stop
from harness.cli.watch import watch

if TYPE_CHECKING:
    from harness.config import StudyConfig

app = typer.Typer(help="Check, plan, run and look at studies.", no_args_is_help=True)


@app.command()
def validate(
    file: StudyFile, overrides: Set = None, data_root: DataRoot = None, as_json: Json = False
) -> None:
    """Check a study file: every mistake at once, with its line, what is allowed, and near names.

    Reads no audio. Keys, types and ranges, components and their parameters, data sets, tasks, groups and the
    search space are checked; whether the files are there and fit is what `harness study plan` finds out.

    Example: `harness study validate studies/audio_pairs.yaml --set training.epochs=5`
    """
    from harness.errors import StudyFileError

    try:
        config = _load(file, overrides, data_root)
    except StudyFileError as error:
        if not as_json:
            raise
        write_json({"valid": False, "problems": [_problem(problem) for problem in error.problems]})
        raise typer.Exit(error.exit_code) from None
    if as_json:
        write_json({"valid": True, "problems": [], "config": config.to_resolved_dict()})
    else:
        console().print(f"{file}: valid. {_summary(config)}", markup=False)


@app.command()
def plan(
    file: StudyFile, overrides: Set = None, out: Out = None, data_root: DataRoot = None, as_json: Json = False
) -> None:
    """Show what a study would do: cells, trials, runs, what is done, and about how long the rest takes.

    Reads and checks the data, and times a few training steps; trains nothing.

    Example: `harness study plan studies/audio_pairs.yaml`
    """
    from harness.schedule.plan import describe_plan

    planned = describe_plan(_load(file, overrides, data_root), out=out, study_file=file)
    write_json(planned) if as_json else write_tables(planned)


@app.command()
def run(
    file: StudyFile,
    overrides: Set = None,
    out: Out = None,
    data_root: DataRoot = None,
    workers: Workers = None,
    retry_failed: RetryFailed = False,
    no_report: NoReport = False,
    as_json: Events = False,
) -> None:
    """Run a study, or go on with it: train every cell, write tables/*.parquet and report.html.

    The same command again resumes: what is done is never repeated. The first Ctrl-C finishes what is running
    and stops, the second stops now; neither loses a finished run.

    Example: `harness study run studies/audio_pairs.yaml`

    Example: `harness study run studies/real_pairs.yaml --data-root ../shared/data --set tuning.trials=2`
    """
    with_workers = [*(overrides or []), *([f"compute.workers={workers}"] if workers else [])]
    config = _load(
        file, with_workers, data_root
    )  # a mistake in the file is told before anything heavy is loaded
    from harness.schedule.run import run_study

    code = run_study(
        config, study_file=file, out=out, events=as_json, retry_failed=retry_failed, report=not no_report
    )
    raise typer.Exit(code)


@app.command()
def status(directory: StudyDirectory, as_json: Json = False) -> None:
    """Show how far a study is; works from another shell while it runs.

    Example: `harness study status runs/audio_pairs`
    """
    from harness.schedule.status import study_status

    found = study_status(directory)
    write_json(found) if as_json else write_tables(found)


app.command()(report)
app.command()(evaluate)
app.command()(watch)
app.command()(stop)
app.command()(resume)
app.command()(export)
app.command()(compare)
app.command()(merge)
app.command()(clean)


def _load(file: Path, overrides: list[str] | None, data_root: Path | None) -> StudyConfig:
    from harness.config import load_study_file

    return load_study_file(file, overrides or [], data_root=data_root)


def _problem(problem: object) -> dict[str, object]:
    from harness.config import Problem

    assert isinstance(problem, Problem)
    place = problem.place
    return {"source": place.source, "line": place.line, "column": place.column, "message": problem.message}


def _summary(config: StudyConfig) -> str:
    counted = [
        (len(config.tasks), "task"),
        (len(config.dataset_uses()), "data set"),
        (len(config.features), "feature"),
        (len(config.models), "model"),
        (len(config.combiners), "combiner"),
    ]
    return ", ".join(f"{n} {what}{'' if n == 1 else 's'}" for n, what in counted)
