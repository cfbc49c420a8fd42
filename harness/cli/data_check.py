"""``harness data check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from harness.cli.data_options import Param, Target
from harness.cli.options import DataRoot, Json, Set
from harness.cli.output import console, rows_table, text_of, write_json
from harness.exit_codes import ExitCode

if TYPE_CHECKING:
    from harness.corpora.check import Checked
    from harness.corpora.finding import Finding

STYLES = {"fine": "green", "warning": "yellow", "error": "bold red"}


def check(
    target: Target,
    params: Param = None,
    overrides: Set = None,
    data_root: DataRoot = None,
    as_json: Json = False,
) -> None:
    """Read every clip, and say what could spoil a study: defects, duplicates, leaks, labels, groups, rates.

    An error would stop a study, a warning can spoil its result; each comes with what to do. Exit code 3 where there
    is an error, else 0.

    Example: `harness data check studies/real_pairs.yaml --data-root ../data`

    Example: `harness data check folder --param path=birds --param tasks.species=multiclass`
    """
    from harness.cli.progress import progress_bar
    from harness.corpora.check import check_study
    from harness.corpora.target import study_of
    from harness.plugins import load_registry

    registry = load_registry()
    config = study_of(
        target, params=params or [], overrides=overrides or [], data_root=data_root, registry=registry
    )
    with progress_bar() as progress:
        checked = list(check_study(config, registry, progress))
    if as_json:
        write_json([one.to_json() for one in checked])
    else:
        for one in checked:
            _show(one)
        _show_sum(checked)
    raise typer.Exit(ExitCode.DATA if any(one.count("error") for one in checked) else ExitCode.DONE)


def _show(checked: Checked) -> None:
    terminal = console()
    terminal.print(f"\n{checked.name}", style="bold", markup=False)
    for key in ("licence", "clips", "groups", "total_duration_s"):
        if key in checked.facts:
            terminal.print(f"{key.removesuffix('_s')}: {text_of(checked.facts[key], key)}", markup=False)
    for finding in checked.findings:
        _show_finding(finding)
    for task, rows in checked.labels.items():
        terminal.print(f"\n{checked.name}/{task}", markup=False)
        terminal.print(rows_table(rows))


def _show_finding(finding: Finding) -> None:
    terminal = console()
    terminal.print(f"{finding.level:8}", style=STYLES[finding.level], end="")
    terminal.print(f"{finding.check}: {finding.found}", markup=False)
    if finding.advice:
        terminal.print(f"        {finding.advice}", markup=False, style="dim")
    if finding.clips:
        terminal.print(f"        such as {', '.join(finding.clips)}", markup=False, style="dim")


def _show_sum(checked: list[Checked]) -> None:
    errors, warnings = (sum(one.count(level) for one in checked) for level in ("error", "warning"))
    console().print(f"\n{len(checked)} data set(s): {errors} error(s), {warnings} warning(s)", markup=False)
