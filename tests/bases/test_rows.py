"""Rows of a CSV file with their lines, and directories, as readers of corpora need them."""

from __future__ import annotations

import pytest

from harness.api import DataError, read_rows, resolve_directory


def test_rows_have_their_lines_and_stripped_text(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("file,label\na.wav, x\nb.wav,\n")
    assert read_rows(path, ["file"]) == [
        (f"{path}:2", {"file": "a.wav", "label": "x"}),
        (f"{path}:3", {"file": "b.wav", "label": ""}),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file\na.wav\n", r":1: no column label; found: file; needed: file, label"),
        ("file,label\n", "has no rows"),
        ("file,label\na.wav\n", r":2: 1 values for 2 columns"),
        ("file,label\na.wav,x,y\n", r":2: 3 values for 2 columns"),
    ],
)
def test_damaged_files_are_named(tmp_path, text, message):
    path = tmp_path / "labels.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        read_rows(path, ["file", "label"])


def test_a_file_and_a_directory_that_are_not_there(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*labels.csv"):
        read_rows(tmp_path / "labels.csv", [])
    with pytest.raises(DataError, match=r"corpus 'none': .* does not exist; relative paths start at"):
        resolve_directory("none", tmp_path, "corpus")
    (tmp_path / "there").mkdir()
    assert resolve_directory("there", tmp_path, "corpus") == (tmp_path / "there").resolve()
