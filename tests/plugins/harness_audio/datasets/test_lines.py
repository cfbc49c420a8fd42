"""Text files without a header: values, lines, and errors that say where."""

from __future__ import annotations

import pytest

from harness.api import DataError
from harness_audio.datasets.lines import number, read_lines


def test_values_by_tabs_and_by_blanks(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("\ufeffa b\tc\n\n  d e\tf \r\n")
    rows = read_lines(path, ["x", "y"], separator="\t")
    assert [(row.where, row["x"], row["y"]) for row in rows] == [
        (f"{path}:1", "a b", "c"),
        (f"{path}:3", "d e", "f"),
    ]
    assert [row.cells for row in read_lines(path, ["x", "y", "z"])] == [
        {"x": "a", "y": "b", "z": "c"},
        {"x": "d", "y": "e", "z": "f"},
    ]


def test_values_that_may_be_left_out(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("a\nb c\nd e f\n")
    with pytest.raises(DataError, match=r"list.txt:3: 3 values, 1 to 2 are expected: x, y"):
        read_lines(path, ["x", "y"], required=1)
    path.write_text("a\nb c\n")
    assert [row["y"] for row in read_lines(path, ["x", "y"], required=1)] == ["", "c"]
    with pytest.raises(DataError, match=r"list.txt:1: 1 values, 2 are expected: x, y"):
        read_lines(path, ["x", "y"])


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*nothing.txt: No such file"):
        read_lines(tmp_path / "nothing.txt", ["x"])
    (tmp_path / "latin.txt").write_bytes(b"\xe9t\xe9")
    with pytest.raises(DataError, match=r"latin.txt is not UTF-8"):
        read_lines(tmp_path / "latin.txt", ["x"])


def test_numbers():
    assert [number("f:1", "onset", text) for text in ("1.5", "1,5", "0")] == [1.5, 1.5, 0.0]
    for text in ("nan", "inf", "-1", "", "one"):
        with pytest.raises(DataError, match=f"f:1: onset '{text}' is not a number, 0 or more"):
            number("f:1", "onset", text)
