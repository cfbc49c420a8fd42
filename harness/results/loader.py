"""The analyst's way in: a study's tables as pandas DataFrames."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from harness.errors import DataError, HarnessError, StudyDirectoryError, did_you_mean
from harness.results.schemas import TABLES
from harness.results.writers import pandas_type

#: Without these nobody can say whether a study is complete.
NEEDED = ("study", "cells")


class IncompleteStudyWarning(UserWarning):
    """The study has cells that are not done; its tables hold what there is."""


class Study:
    """The tables of one study: ``study.gains``, ``study.runs``, … or ``study.tables["gains"]``.

    Integers are ``Int64``, booleans ``boolean``, text ``str``, times UTC timestamps; list columns hold lists.
    """

    def __init__(self, directory: Path, tables: Mapping[str, pd.DataFrame]) -> None:
        self.directory = directory
        self.tables: Mapping[str, pd.DataFrame] = MappingProxyType(dict(tables))

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name in self.__dict__.get("tables", {}):
            return self.tables[name]
        if name in TABLES:
            raise HarnessError(f"{self.directory} has no table {name!r}; found: {', '.join(self.tables)}")
        raise AttributeError(
            f"a study has no table {name!r}{did_you_mean(name, TABLES)}; it has: {', '.join(TABLES)}"
        )

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    @property
    def name(self) -> str:
        """The study's name, as its study file gives it."""
        return str(self.tables["study"]["name"].iloc[0])

    @property
    def study_id(self) -> str:
        """The identity of the study: its name and a hash of its resolved file."""
        return str(self.tables["study"]["study_id"].iloc[0])

    @property
    def n_cells(self) -> int:
        """How many cells were planned."""
        planned = self.tables["study"]["n_cells"].iloc[0]
        return len(self.tables["cells"]) if pd.isna(planned) else int(planned)

    @property
    def n_cells_done(self) -> int:
        """How many cells are done."""
        return int((self.tables["cells"]["status"] == "done").sum())

    @property
    def complete(self) -> bool:
        """Whether every planned cell is done."""
        return self.n_cells_done >= self.n_cells

    def summary(self) -> str:
        """Return one line: the study, how many of its cells are done, and how many gains it has."""
        gains = self.tables.get("gains")
        ending = "" if gains is None else f", {len(gains)} gains"
        return f"{self.name}: {self.n_cells_done} of {self.n_cells} cells{ending}"

    def __repr__(self) -> str:
        lines = [f"  {name}: {len(table)} × {table.shape[1]}" for name, table in self.tables.items()]
        return "\n".join([f"Study({self.summary()})", *lines])


def load_study(path: str | Path) -> Study:
    """Load the study in the directory ``path`` (or in its ``tables`` directory).

    Warns with "N of M cells" where the study is incomplete.

    Raises:
        StudyDirectoryError: there is no such directory, or it holds no tables.
        DataError: a table is missing or cannot be read.
    """
    directory = Path(path)
    if directory.name == "tables" and not (directory / "tables").is_dir():
        directory = directory.parent
    files = table_files(directory)
    order = {name: position for position, name in enumerate(TABLES)}
    names = sorted(files, key=lambda name: order.get(name, len(order)))
    study = Study(directory, {name: _read(files[name]) for name in names})
    if study.tables["study"].empty:
        raise DataError(f"the table 'study' of {directory} has no row; it should have one")
    if not study.complete:
        warnings.warn(f"{study.summary()}: the study is incomplete", IncompleteStudyWarning, stacklevel=2)
    return study


def table_files(directory: Path) -> dict[str, Path]:
    """Return the files of a study's tables by name, those of the directory ``tables``.

    Raises:
        DataError: there is no such directory, or it lacks a table without which it is no study.
    """
    if not directory.is_dir():
        found = "a file" if directory.exists() else "nothing"
        raise StudyDirectoryError(f"{directory} should be the directory of a study; found {found} there")
    files = {file.stem: file for file in sorted((directory / "tables").glob("*.parquet"))}
    if not files:
        entries = ", ".join(sorted(entry.name for entry in directory.iterdir())) or "nothing"
        raise StudyDirectoryError(
            f"{directory} has no tables/*.parquet, so it is no study (yet); found: {entries}"
        )
    missing = [name for name in NEEDED if name not in files]
    if missing:
        raise DataError(f"{directory / 'tables'} lacks {missing[0]}.parquet; found: {', '.join(files)}")
    return files


def _read(file: Path) -> pd.DataFrame:
    try:
        table = pq.read_table(file, partitioning=None)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{file} cannot be read as Parquet: {error}") from error
    return frame_of(table)


def frame_of(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a DataFrame: nullable integers and booleans, lists as Python lists."""
    frame = table.to_pandas(types_mapper=pandas_type, ignore_metadata=True)
    for field in table.schema:
        if pa.types.is_list(field.type):
            frame[field.name] = pd.Series(table[field.name].to_pylist(), index=frame.index, dtype=object)
    return frame
