"""``harness study compare``."""

import json

import pandas as pd
import pytest

from tests.analysis.two.made import other_trainings, write


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    place = tmp_path_factory.mktemp("compare")
    return write(place / "a"), write(place / "b", other_trainings, seed=1)


def test_both_are_shown_and_written(command, two, tmp_path):
    out = tmp_path / "differences.csv"
    ended = command("study", "compare", *two, "--out", out)
    assert (ended.code, ended.err) == (0, "")
    for words in ("cells)", "agreement", "correlation over pairs", f"written: {out}"):
        assert words in ended.out.replace("\n", "")
    written = pd.read_csv(out)
    asked = json.loads(command("study", "compare", *two, "--json").out)
    assert len(written) == len(asked["pairs"])
    assert written["difference"].tolist() == pytest.approx([row["difference"] for row in asked["pairs"]])
    assert "notes/family + percussion/piece" in set(written["partners"])


@pytest.mark.parametrize("out", ["differences.txt", "nowhere/differences.csv"])
def test_where_it_cannot_be_written(command, two, out):
    ended = command("study", "compare", *two, "--out", out)
    assert ended.code == 2
    assert ".csv" in ended.err


def test_no_study(command, two, tmp_path):
    ended = command("study", "compare", two[0], tmp_path)
    assert ended.code == 6
    assert str(tmp_path) in ended.err
    assert "Traceback" not in ended.err
