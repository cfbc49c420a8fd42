"""``harness data``: list, check, preview, fetch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli.options import DataRoot, Json, Set
from harness.cli.output import console, rows_table, text_of, write_json

if TYPE_CHECKING:
    from harness.corpora.check import Checked
    from harness.corpora.fetch import Fetching
    from harness.corpora.finding import Finding

app = typer.Typer(
    help="See which data sets there are, check and look at their clips, fetch published ones.",
    no_args_is_help=True,
)

Target = Annotated[
    str,
    typer.Argument(
        metavar="DATASET|STUDY", help="A data set (`harness data list`) or a study file.", show_default=False
    ),
]
Param = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        metavar="KEY=VALUE",
        help="A parameter of the data set, as in a study file's `datasets:`. May be given several times."
        " Example: --param path=esc10 --param tasks.sound=multiclass",
        show_default=False,
    ),
]
STYLES = {"fine": "green", "warning": "yellow", "error": "bold red"}


@app.command("list")
def list_datasets(
    study: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The data sets of this study file, and where they are.", show_default=False
        ),
    ] = None,
    data_root: DataRoot = None,
    as_json: Json = False,
) -> None:
    """List the data sets: tasks, licence, what they must be told, and whether they can be fetched.

    Example: `harness data list`

    Example: `harness data list --study studies/real_pairs.yaml --data-root ../data`
    """
    rows = _known() if study is None else _of_study(study, data_root)
    if as_json:
        write_json(rows)
    else:
        shown = ("name", "tasks", "needs", "fetch", "licence", "citation", "use", "splits", "there", "place")
        console().print(rows_table([_shown(row, shown) for row in rows], whole=("name",)))


@app.command()
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
    raise typer.Exit(3 if any(one.count("error") for one in checked) else 0)


@app.command()
def preview(
    target: Target,
    to: Annotated[
        Path, typer.Option(metavar="FILE", help="Where to write: .html, .png or .pdf.", show_default=False)
    ],
    params: Param = None,
    overrides: Set = None,
    data_root: DataRoot = None,
    task: Annotated[
        str | None,
        typer.Option(
            help="Draw by the labels of this task.", show_default="the study's first, else the first"
        ),
    ] = None,
    per_class: Annotated[int, typer.Option(min=1, help="Clips of each label.")] = 2,
    clips: Annotated[int, typer.Option(min=1, help="At most this many clips of a data set.")] = 60,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    audio: Annotated[
        bool, typer.Option("--audio", help="Put the sound of the clips into the HTML file.")
    ] = False,
) -> None:
    """Write a contact sheet: waveform, spectrogram, label and group of some clips, and the label counts.

    Example: `harness data preview studies/audio_pairs.yaml --to clips.html`

    Example: `harness data preview folder --param path=birds --param tasks.species=multiclass --to birds.pdf`
    """
    from harness.corpora.page import told
    from harness.corpora.preview import checked_suffix, write_preview
    from harness.corpora.sheets import sheets_of
    from harness.corpora.target import study_of
    from harness.plugins import load_registry

    checked_suffix(to)
    registry = load_registry()
    config = study_of(
        target, params=params or [], overrides=overrides or [], data_root=data_root, registry=registry
    )
    sheets = sheets_of(config, registry, task, per_class=per_class, at_most=clips, seed=seed)
    write_preview(sheets, to, audio=audio)
    for line in (*told(sheets), str(to)):
        typer.echo(line)


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="Data set to fetch (`harness data list`).", show_default=False)],
    to: Annotated[
        Path,
        typer.Option(
            metavar="DIR", help="Folder of your corpora; the data set gets its own in it.", show_default=False
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    keep_archives: Annotated[
        bool, typer.Option("--keep-archives", help="Keep what was downloaded, beside what came out of it.")
    ] = False,
) -> None:
    """Download a published corpus, check its published hash, and unpack it. A transfer that was cut off goes on.

    Shows licence and size, and asks first. Exit code 3 where it cannot be fetched, or its hash is wrong.

    Example: `harness data fetch fsdd --to ../data`
    """
    from harness.cli.progress import progress_bar
    from harness.corpora.fetch import fetch_corpus, fetching
    from harness.plugins import load_registry
    from harness.records import DatasetRecord

    record = load_registry().get("dataset", name).component
    assert isinstance(record, DatasetRecord)
    found = fetching(record, to)
    if not found.there:
        _show_offer(found)
        if not yes:
            typer.confirm("Fetch it?", abort=True, err=True)
        with progress_bar(in_bytes=True) as progress:
            fetch_corpus(
                found, lambda what, done, total: progress(done, total, what), keep_archives=keep_archives
            )
    typer.echo(
        f"{found.directory}\nin a study: {{use: {record.name}, path: {found.path}}}, with --data-root {to}"
    )


def _show_offer(found: Fetching) -> None:
    terminal = console()
    terminal.print(f"{found.record.name}: {found.record.summary}", markup=False)
    for key, value in (
        ("licence", found.record.licence),
        ("homepage", found.fetch.homepage),
        (
            "download",
            f"{_megabytes(found.missing_bytes)} of {_megabytes(found.fetch.size_bytes)} still to come",
        ),
        ("into", found.directory),
        ("hashes by", "; ".join(dict.fromkeys(file.hash_source for file in found.fetch.files))),
    ):
        terminal.print(f"{key}: {value}", markup=False)


def _known() -> list[dict[str, Any]]:
    from harness.corpora.known import known_datasets
    from harness.plugins import load_registry

    return known_datasets(load_registry())


def _of_study(file: Path, data_root: Path | None) -> list[dict[str, Any]]:
    from harness.config import load_study_file
    from harness.corpora.places import study_datasets

    return study_datasets(load_study_file(file, data_root=data_root))


def _shown(row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    lists = {key: ", ".join(value) for key, value in row.items() if isinstance(value, list)}
    return {key: lists.get(key, row[key]) for key in columns if key in row}


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


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
