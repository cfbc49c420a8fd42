"""``harness data list``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from harness.cli.options import DataRoot, Json
from harness.cli.output import console, rows_table, write_json


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
