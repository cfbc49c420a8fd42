"""Labels files are read as they are, and errors name the line."""

from __future__ import annotations

import pytest

from harness.api import DataError
from harness_audio.datasets.table import read_table


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "labels.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_values_stay_text(tmp_path):
    table = read_table(write(tmp_path, 'file,digit,note\na.wav,01,"one, two"\n\nb.wav, NA ,\n'))
    assert table.columns == ("file", "digit", "note")
    assert [row.cells for row in table.rows] == [
        {"file": "a.wav", "digit": "01", "note": "one, two"},
        {"file": "b.wav", "digit": "NA", "note": ""},
    ]
    assert table.rows[1].where.endswith("labels.csv:4")
    assert table.describe() == "file (2), digit (2), note (1)"


def test_byte_order_mark_and_windows_lines(tmp_path):
    table = read_table(write(tmp_path, "file,x\r\na.wav,1\r\n", "utf-8-sig"))
    assert table.columns == ("file", "x")
    assert table.rows[0].cells == {"file": "a.wav", "x": "1"}


def test_lines_count_through_quoted_line_ends(tmp_path):
    table = read_table(write(tmp_path, 'file,note\na.wav,"two\nlines"\nb.wav,x\n'))
    assert table.rows[1].where.endswith("labels.csv:4")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"labels.csv:1: the first line names the columns.*found: nothing"),
        ("file,x,file\n", "each once; found: file, x, file"),
        ("file,,x\n", "names the columns"),
        ("file,x\n", "has no rows: the data set is empty"),
        ("file,x\na.wav,1\nb.wav\n", "labels.csv:3: 1 values for 2 columns"),
        ('file,x\n"a.wav,1\n', "is not CSV"),
    ],
)
def test_what_is_refused(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read_table(write(tmp_path, text))


def test_other_encodings_are_named(tmp_path):
    with pytest.raises(DataError, match="is not UTF-8"):
        read_table(write(tmp_path, "file,x\nä.wav,1\n", "latin-1"))


def test_missing_file(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*labels.csv: No such file"):
        read_table(tmp_path / "labels.csv")


def test_missing_column_suggests_the_nearest(tmp_path):
    table = read_table(write(tmp_path, "file,speaker\na.wav,x\n"))
    with pytest.raises(
        DataError, match=r"task 'who': no column 'speakr' \(did you mean 'speaker'\?\); columns"
    ):
        table.require("speakr", "task 'who'")
