"""Tables come back as they were written, and what does not fit is refused by name."""

import datetime as dt

import pandas as pd
import pyarrow.parquet as pq
import pytest

from harness.errors import HarnessError
from harness.results import writers
from harness.results.schemas import TABLES
from harness.results.writers import to_arrow, write_tables

RUN = {"study_id": "s", "cell_id": "c", "run_id": "r", "fold": 0, "seed": 1, "status": "done"}


def test_all_columns_are_there_with_their_types_and_meanings():
    for name, table in TABLES.items():
        arrow = to_arrow(name, [])
        assert arrow.schema.remove_metadata().equals(table.schema.remove_metadata())
        assert arrow.schema.field(0).metadata[b"meaning"] == table.columns[0].meaning.encode()


def test_left_out_values_become_null_and_nan_does_too():
    arrow = to_arrow("runs", [RUN, RUN | {"wall_time_s": float("nan"), "attempts": 2}])
    assert arrow["wall_time_s"].null_count == 2
    assert arrow["attempts"].to_pylist() == [None, 2]


def test_hyperparameters_keep_their_kind():
    rows = [
        RUN
        | {
            "params_lr": 1,
            "params_norm": "batch",
            "params_nesterov": True,
            "params_width": 8,
            "params_mix": 1,
        },
        RUN | {"params_lr": 0.5, "params_norm": None, "params_nesterov": False, "params_mix": "all"},
    ]
    arrow = to_arrow("runs", rows)
    types = {
        name: str(arrow.schema.field(f"params_{name}").type)
        for name in ("lr", "norm", "nesterov", "width", "mix")
    }
    assert types == {"lr": "double", "norm": "string", "nesterov": "bool", "width": "int64", "mix": "string"}
    assert arrow["params_mix"].to_pylist() == ["1", "all"]
    assert arrow["params_width"].to_pylist() == [8, None]


def test_hyperparameters_belong_to_trials_and_runs_alone():
    with pytest.raises(HarnessError, match="table 'cells' has no column 'params_lr'"):
        to_arrow("cells", [{"study_id": "s", "cell_id": "c", "params_lr": 1.0}])


def test_times_may_be_text_or_datetimes():
    rows = [
        RUN | {"started_at_utc": "2026-01-05T08:00:00+00:00"},
        RUN | {"started_at_utc": dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)},
        RUN,
    ]
    first, second, third = to_arrow("runs", rows)["started_at_utc"].to_pylist()
    assert first == second == dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)
    assert third is None


def test_a_frame_and_a_list_of_rows_give_the_same_file():
    rows = [
        {"study_id": "s", "task": f"d/{i}", "n_classes": i or None, "classes": ["a"] * i} for i in range(3)
    ]
    frame = pd.DataFrame(rows).astype({"n_classes": "Int64"})
    assert to_arrow("tasks", rows).equals(to_arrow("tasks", frame))


@pytest.mark.parametrize(
    ("name", "rows", "message"),
    [
        ("gain", [], "unknown table 'gain' \\(did you mean 'gains'\\?\\)"),
        ("runs", [RUN | {"wall_time": 1.0}], "no column 'wall_time' \\(did you mean 'wall_time_s'\\?\\)"),
        ("scores", [{"study_id": "s", "cell_id": "c", "task": "t"}], "'scores' needs the column 'run_id'"),
        ("runs", [RUN | {"fold": "first"}], "column runs.fold must be int64"),
        ("runs", [RUN | {"started_at_utc": "yesterday"}], "column runs.started_at_utc must be timestamp"),
    ],
)
def test_what_does_not_fit_is_named(name, rows, message):
    with pytest.raises(HarnessError, match=message):
        to_arrow(name, rows)


def test_nothing_is_written_when_one_table_is_wrong(tmp_path):
    with pytest.raises(HarnessError):
        write_tables(tmp_path, {"runs": [RUN], "scores": [{"wrong": 1}]})
    assert not (tmp_path / "tables").exists()


def test_a_failed_write_leaves_the_old_table(tmp_path, monkeypatch):
    write_tables(tmp_path, {"runs": [RUN]})

    def full_disk(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writers.pq, "write_table", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_tables(tmp_path, {"runs": [RUN, RUN]})
    assert [file.name for file in (tmp_path / "tables").iterdir()] == ["runs.parquet"]
    assert pq.read_table(tmp_path / "tables" / "runs.parquet").num_rows == 1


def test_plain_pandas_restores_nullable_types(tmp_path):
    write_tables(tmp_path, {"runs": [RUN, RUN | {"attempts": 1}]})
    frame = pd.read_parquet(tmp_path / "tables" / "runs.parquet")
    assert str(frame["attempts"].dtype) == "Int64"
    assert frame["attempts"].tolist() == [pd.NA, 1]
