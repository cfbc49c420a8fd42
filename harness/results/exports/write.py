"""Writing a study's tables into a folder, all or none."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness.errors import DataError, StudyDirectoryError, check_choice
from harness.results.exports.formats import FORMATS
from harness.results.exports.package import data_package
from harness.results.schemas import TABLES

PACKAGE = "datapackage.json"


def export_tables(
    directory: Path,
    to: Path,
    *,
    tables: Sequence[str] = (),
    format_: str = "csv",
    force: bool = False,
) -> dict[str, Any]:
    """Write tables of a study (default: all) into the folder ``to`` with a ``datapackage.json``, and return what was
    written: the study, its cells, and each file with its rows and bytes.

    With ``force`` a folder that is not empty is written into: files of the same names are replaced, others stay.

    Raises:
        UsageError: no such table or format.
        DataError: the study does not have the table, or it cannot be read.
        StudyDirectoryError: there is no study; ``to`` is not empty, or is the study's own folder of tables.
    """
    check_choice("format", format_, FORMATS)
    home, files = _table_files(directory)
    names = _chosen(home, files, tables)
    _check(home, to, force)
    study = _read(files["study"]).to_pylist()[0]
    done, planned = _cells(study, files)
    cells = f"{done} of {planned} cells"
    read = {name: _read(files[name]) for name in names}
    draft = to.with_name(f".{to.name}.{os.getpid()}.partial")
    try:
        draft.mkdir(parents=True)
        written = _write(draft, read, format_)
        package = data_package(study, cells, read, format_)
        (draft / PACKAGE).write_text(
            json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        _place(draft, to)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return {
        "to": str(to),
        "format": format_,
        "study": study["name"],
        "study_id": study["study_id"],
        "cells": cells,
        "complete": done >= planned,
        "package": PACKAGE,
        "files": written,
    }


def _cells(study: Mapping[str, Any], files: Mapping[str, Path]) -> tuple[int, int]:
    """Return how many cells are done, and how many were planned."""
    status = _read(files["cells"])["status"].to_pylist()
    return status.count("done"), len(status) if study["n_cells"] is None else study["n_cells"]


def _write(draft: Path, tables: Mapping[str, pa.Table], format_: str) -> list[dict[str, Any]]:
    written = []
    for name, table in tables.items():
        path = draft / f"{name}.{format_}"
        FORMATS[format_](table, path)
        rows = {"table": name, "file": path.name, "rows": table.num_rows, "columns": table.num_columns}
        written.append({**rows, "bytes": path.stat().st_size})
    return written


def _place(draft: Path, to: Path) -> None:
    """Put a finished folder in its place: by one rename, or among others file by file, its description last."""
    if not to.exists() or not any(to.iterdir()):
        os.replace(draft, to)
        return
    for path in sorted(draft.iterdir(), key=lambda path: path.name == PACKAGE):
        os.replace(path, to / path.name)


def _table_files(directory: Path) -> tuple[Path, dict[str, Path]]:
    from harness.results.loader import table_files

    home = (
        directory.parent if directory.name == "tables" and not (directory / "tables").is_dir() else directory
    )
    return home, table_files(home)


def _chosen(home: Path, files: Mapping[str, Path], asked: Sequence[str]) -> list[str]:
    order = [*TABLES, *files]
    for name in asked:
        if name not in files and name in TABLES:
            raise DataError(f"{home} has no table {name!r}; it has: {', '.join(files)}")
        check_choice("table", name, files)
    return list(dict.fromkeys(asked)) if asked else sorted(files, key=order.index)


def _check(home: Path, to: Path, force: bool) -> None:
    if to.exists() and not to.is_dir():
        raise StudyDirectoryError(f"{to} is a file; give a folder to write the tables into")
    if to.resolve() in (home.resolve(), (home / "tables").resolve()):
        raise StudyDirectoryError(f"{to} is the study's own folder; give another one")
    if not force and to.is_dir() and any(to.iterdir()):
        found = ", ".join(sorted(path.name for path in to.iterdir())[:3])
        raise StudyDirectoryError(
            f"{to} is not empty ({found}, …); give another folder, or --force to write into it"
        )


def _read(file: Path) -> pa.Table:
    try:
        return pq.read_table(file, partitioning=None)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{file} cannot be read as Parquet: {error}") from error
