import numpy as np
import pandas as pd
import pytest

from harness.report import reading
from harness.results.schemas import TABLES
from tests.report.studies import study_of


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA, pd.NaT, np.nan])
def test_every_kind_of_null_is_null(value):
    assert reading.is_null(value)
    assert reading.number(value) is None
    assert reading.text(value) == ""
    assert reading.strings(value) == []


@pytest.mark.parametrize("value", [0, "", [], "nan", np.array([np.nan]), False])
def test_what_is_there_is_not_null(value):
    assert not reading.is_null(value)


def test_number_refuses_what_is_not_a_finite_number():
    assert reading.number("x") is None
    assert reading.number(float("inf")) is None
    assert reading.number(np.float64(0.5)) == 0.5


def test_strings_takes_lists_and_arrays():
    assert reading.strings(["a", "b"]) == reading.strings(np.array(["a", "b"])) == ["a", "b"]
    assert reading.strings("ab") == ["ab"]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_missing_table_has_every_column(name):
    study = study_of()
    study.tables = {}
    table = reading.table(study, name)
    assert list(table.columns) == [column.name for column in TABLES[name].columns]
    assert len(table) == 0


def test_a_missing_column_is_null():
    study = study_of()
    study.tables = {"gains": pd.DataFrame({"main": ["a", "b"], "gain": [0.1, 0.2]})}
    table = reading.table(study, "gains")
    assert list(table["gain"]) == [0.1, 0.2]
    assert table["q"].isna().all()


def test_flags_and_numbers_read_nullable_columns():
    frame = pd.DataFrame(
        {"b": pd.array([True, None, False], dtype="boolean"), "n": pd.array([1, None, 3], "Int64")}
    )
    assert list(reading.flags(frame, "b")) == [True, False, False]
    assert reading.numbers(frame, "n").tolist()[::2] == [1.0, 3.0]
    assert reading.numbers(frame, "n").isna().tolist() == [False, True, False]


@pytest.mark.parametrize("value", [None, "", "{", "[1]", "3"])
def test_json_that_is_no_mapping_is_empty(value):
    assert reading.parsed(value) == {}
