"""``harness study export``: the same numbers in every format, each column described, all or nothing."""

import csv
import json

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pcsv
import pytest

from harness.cli.main import main
from harness.errors import DataError, HarnessError, StudyDirectoryError, UsageError
from harness.results.exports.write import export_tables
from harness.results.schemas import TABLES
from harness.results.writers import write_tables

NOTES = ["", None, 'a "b"\nc, d']
GAINS = [
    {"study_id": "s-1", "cell_id": "c", "main": "x/a", "partners": ["x/b", 'q"'], "placebo": False, "n": 6,
     "gain": 0.1 + 0.2, "p": None, "note": NOTES[0]},
    {"study_id": "s-1", "cell_id": "d", "main": "x/ä", "partners": [], "placebo": None, "n": None,
     "gain": float("inf"), "p": 0.5, "note": NOTES[1]},
    {"study_id": "s-1", "cell_id": "e", "main": "x/b", "partners": None, "placebo": True, "n": 0,
     "gain": -1e-300, "p": 1.0, "note": NOTES[2]},
]  # fmt: skip
RUNS = [{"study_id": "s-1", "cell_id": "c", "run_id": "r", "params_lr": 0.01, "wall_time_s": 2.5}]


@pytest.fixture
def study(tmp_path):
    directory = tmp_path / "study"
    about = {"study_id": "s-1", "name": "Small one", "n_cells": 3, "n_cells_done": 2, "complete": False}
    about["started_at_utc"] = "2026-01-05T08:00:00Z"
    cells = [
        {"study_id": "s-1", "cell_id": c, "status": s}
        for c, s in (("c", "done"), ("d", "done"), ("e", "failed"))
    ]
    write_tables(directory, {"study": [about], "cells": cells, "gains": GAINS, "runs": RUNS})
    return directory


def fields(folder, table: str) -> dict:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    [found] = [entry for entry in package["resources"] if entry["name"] == table]
    return {field["name"]: field for field in found["schema"]["fields"]}


def test_csv_keeps_numbers_lists_and_nulls(study, tmp_path):
    export_tables(study, tmp_path / "out", tables=["gains"])
    path = tmp_path / "out" / "gains.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["gain"]) for row in rows] == [row["gain"] for row in GAINS]
    assert [json.loads(row["partners"]) if row["partners"] else None for row in rows] == [
        row["partners"] for row in GAINS
    ]
    assert [row["placebo"] for row in rows] == ["false", "", "true"]
    options = pcsv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
    multi = pcsv.ParseOptions(newlines_in_values=True)
    again = pcsv.read_csv(path, parse_options=multi, convert_options=options)
    assert again["note"].to_pylist() == NOTES, "nothing is null, quotes are empty text"


def test_json_lines_keep_everything(study, tmp_path):
    export_tables(study, tmp_path / "out", tables=["gains", "study"], format_="jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out" / "gains.jsonl").read_text().splitlines()]
    assert [{name: row[name] for name in GAINS[0]} for row in rows] == [
        given | ({"gain": "INF"} if given["gain"] == float("inf") else {}) for given in GAINS
    ]
    [about] = [json.loads(line) for line in (tmp_path / "out" / "study.jsonl").read_text().splitlines()]
    assert about["started_at_utc"] == "2026-01-05T08:00:00Z"


def test_parquet_is_the_studys(study, tmp_path):
    export_tables(study, tmp_path / "out", format_="parquet")
    for name in ("study", "cells", "gains", "runs"):
        left, right = (pd.read_parquet(d / f"{name}.parquet") for d in (study / "tables", tmp_path / "out"))
        pd.testing.assert_frame_equal(left, right)


def test_every_column_is_described(study, tmp_path):
    export_tables(study, tmp_path / "out")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["name"] == "small-one"
    assert package["description"].startswith("2 of 3 cells")
    assert [entry["path"] for entry in package["resources"]] == [
        "study.csv",
        "cells.csv",
        "runs.csv",
        "gains.csv",
    ]
    for entry in package["resources"]:
        assert (tmp_path / "out" / entry["path"]).is_file()
        known = {column.name: column for column in TABLES[entry["name"]].columns}
        for field in entry["schema"]["fields"]:
            meaning = known[field["name"]].meaning if field["name"] in known else "hyperparameter"
            assert field["description"] == meaning
    assert fields(tmp_path / "out", "runs")["wall_time_s"]["unit"] == "s"
    types = {name: field["type"] for name, field in fields(tmp_path / "out", "gains").items()}
    wanted = {"main": "string", "partners": "array", "placebo": "boolean", "n": "integer", "gain": "number"}
    assert wanted.items() <= types.items()
    assert fields(tmp_path / "out", "study")["started_at_utc"]["type"] == "datetime"


def test_the_command_says_what_it_wrote_and_what_is_missing(study, tmp_path, capsys):
    command = ["study", "export", str(study), "--to", str(tmp_path / "out"), "--tables", "gains, runs"]
    assert main(command) == 0
    assert (
        "Small one, 2 of 3 cells (the study is incomplete): 2 tables and datapackage.json"
        in capsys.readouterr().out
    )
    assert main([*command, "--force", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["complete"], told["cells"]) == (False, "2 of 3 cells")
    assert [(file["table"], file["rows"]) for file in told["files"]] == [("gains", 3), ("runs", 1)]
    assert main(command) == 6
    assert "is not empty" in capsys.readouterr().err


def test_force_keeps_what_is_somebody_elses(study, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(StudyDirectoryError, match=r"not empty \(mine.txt"):
        export_tables(study, out)
    export_tables(study, out, tables=["gains"], force=True)
    assert sorted(path.name for path in out.iterdir()) == ["datapackage.json", "gains.csv", "mine.txt"]


def test_nothing_is_left_of_what_failed(study, tmp_path, monkeypatch):
    def full(table: pa.Table, path) -> None:
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(export_tables.__globals__["FORMATS"], "csv", full)
    with pytest.raises(OSError, match="No space"):
        export_tables(study, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_mistakes_are_said(study, tmp_path):
    with pytest.raises(UsageError, match=r"unknown table 'gain' \(did you mean 'gains'\?\); allowed: "):
        export_tables(study, tmp_path / "out", tables=["gain"])
    with pytest.raises(DataError, match=r"has no table 'curves'; it has: cells, gains"):
        export_tables(study, tmp_path / "out", tables=["curves"])
    with pytest.raises(UsageError, match=r"unknown format 'cvs' \(did you mean 'csv'\?\)"):
        export_tables(study, tmp_path / "out", format_="cvs")
    with pytest.raises(StudyDirectoryError, match="the study's own folder"):
        export_tables(study, study / "tables", format_="parquet", force=True)
    with pytest.raises(HarnessError, match="should be the directory of a study"):
        export_tables(tmp_path / "none", tmp_path / "out")
