"""``harness group``: files, studies, options and mistakes."""

import json

import pandas as pd
import pytest

TABLE = """# where it is from
main,aux,won
a,b,0.3
b,a,0.1
a,c,-0.2
c,a,-0.4
b,c,0.2
c,b,0.5
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text(TABLE)
    return path


def test_the_best_networks_of_a_file(command, file, tmp_path):
    """By hand: {a, b} serves a (0.3), {b, c} serves b and c (0.7)."""
    ended = command("group", file, "--networks", "2", "--gain", "won", "--json", "--out", tmp_path / "out")
    assert ended.code == 0
    rows = json.loads(ended.out)
    chosen = [row for row in rows if row["grouping"] == "chosen"]
    assert [(row["tasks"], row["served"]) for row in chosen] == [
        (["a", "b"], ["a"]),
        (["b", "c"], ["b", "c"]),
    ]
    assert chosen[0]["total"] == pytest.approx(1.0)
    assert chosen[0]["ci_low"] is None
    assert all(row["measured"] for row in chosen)
    written = pd.read_parquet(tmp_path / "out" / "tables" / "groupings.parquet")
    assert set(written["grouping"]) == {"chosen", "all_in_one", "all_alone", "random"}


def test_people_read_a_table(command, file):
    ended = command("group", file, "--networks", "1", "--gain", "won")
    assert ended.code == 0
    for text in (
        "pairs: the best of all choices of at most 1 networks",
        "a +0.05",
        "without runs",
        "all_in_one",
    ):
        assert text in ended.out


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--networks", "2"], 2, "has no column 'gain'"),
        (["--networks", "2", "--gain", "wom"], 2, "did you mean 'won'?"),
        (["--networks", "2", "--gain", "won", "--tasks", "a,bb"], 3, "has no task 'bb' (did you mean 'b'?)"),
        (["--networks", "2", "--gain", "won", "--budget", "2"], 2, "less than the 3 tasks"),
        (["--networks", "0", "--gain", "won"], 2, "--networks"),
        (["--networks", "2", "--gain", "won", "--objective", "best"], 2, "objective"),
        (["--networks", "2", "--gain", "won", "--model", "cnn"], 2, "is for studies"),
    ],
)
def test_mistakes(command, file, options, code, message):
    ended = command("group", file, *options)
    assert ended.code == code
    assert message in " ".join(ended.err.replace("│", " ").split())


def test_no_such_file(command, tmp_path):
    ended = command("group", tmp_path / "none.csv", "--networks", "2")
    assert ended.code == 3
    assert "none.csv" in ended.err
