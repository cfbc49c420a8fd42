"""Gains and features from files: what is read, and what is said about mistakes."""

import numpy as np
import pandas as pd
import pytest

from harness.analysis.outside.features import read_features
from harness.analysis.outside.gains import read_gains
from harness.analysis.outside.read import ColumnError
from harness.errors import DataError

TASKS = ["a", "b", "c", "d", "e"]


def gains_frame():
    generator = np.random.default_rng(0)
    rows = [{"main": m, "aux": p, "won": generator.normal()} for m in TASKS for p in TASKS if m != p]
    return pd.DataFrame(rows).assign(affinity=lambda t: t["won"] * 2)


def tasks_frame():
    return pd.DataFrame({"task": TASKS, "size": [1.0, 2.0, 4.0, 8.0, 0.0], "grad_1": range(5), "name": TASKS})


def written(path, frame, head=""):
    path.write_text(head + frame.to_csv(index=False))
    return path


@pytest.fixture
def gains_file(tmp_path):
    return written(tmp_path / "gains.csv", gains_frame(), "# source: somewhere, with a comma\n")


@pytest.fixture
def tasks_file(tmp_path):
    return written(tmp_path / "tasks.csv", tasks_frame())


def test_csv_and_parquet_are_the_same(tmp_path, gains_file):
    gains_frame().to_parquet(tmp_path / "gains.parquet")
    first, second = read_gains(gains_file, "won"), read_gains(tmp_path / "gains.parquet", "won")
    pd.testing.assert_frame_equal(first.frame, second.frame)
    assert list(first.frame.columns) == ["main", "partner", "gain", "affinity"]


def test_lists_of_partners_are_pairs_where_they_have_one(tmp_path):
    frame = pd.DataFrame({"main": ["a", "a"], "partners": [["b"], ["b", "c"]], "gain": [1.0, 2.0]})
    frame.to_parquet(tmp_path / "gains.parquet")
    found = read_gains(tmp_path / "gains.parquet", "gain")
    assert found.frame.to_numpy().tolist() == [["a", "b", 1.0]]
    assert found.note == "1 larger groups left out"


def test_features_of_tasks_are_those_of_both_and_their_difference(gains_file, tasks_file):
    found = read_features(read_gains(gains_file, "won"), [tasks_file], ["size"])
    assert found.sets == {"tasks": ["size_main", "size_partner", "size_difference"]}
    pairs = found.pairs.set_index(["main", "partner", "predictor"])["value"]
    assert pairs["c", "a", "size_difference"] == 3.0
    assert len(pairs) == 20 * 3
    assert set(found.statistics["statistic"]) == {"size"}


def test_a_ratio_that_is_not_finite_is_not_known(gains_file, tasks_file):
    found = read_features(read_gains(gains_file, "won"), [tasks_file], ["size"], "ratio")
    pairs = found.pairs.set_index(["main", "partner", "predictor"])["value"]
    assert pairs["c", "b", "size_ratio"] == 2.0
    assert pairs["e", "b", "size_ratio"] == 0.0
    assert np.isnan(pairs["b", "e", "size_ratio"])


def test_columns_of_the_gains_file_count_only_when_named(gains_file, tasks_file):
    gains = read_gains(gains_file, "won")
    assert set(read_features(gains, [tasks_file], []).sets) == {"tasks"}
    assert read_features(gains, [], []).sets == {}
    both = read_features(gains, [tasks_file], ["aff*", "grad_*"])
    assert list(both.sets) == ["tasks", "gains", "tasks+gains"]
    assert both.sets["gains"] == ["affinity"]


def test_features_of_pairs(tmp_path, gains_file):
    pairs = gains_frame()[["main", "aux", "affinity"]].rename(columns={"aux": "partner"})
    gains = read_gains(gains_file, "won")
    assert read_features(gains, [written(tmp_path / "p.csv", pairs)], []).sets == {"p": ["affinity"]}
    with pytest.raises(DataError, match="no features of 1 pair of the gains: e with d"):
        read_features(gains, [written(tmp_path / "p.csv", pairs.iloc[:-1])], [])


def test_wrong_columns_are_told_with_near_names(gains_file, tasks_file):
    with pytest.raises(ColumnError, match=r"no column 'wonn'.*did you mean 'won'.*it has: main, aux, won"):
        read_gains(gains_file, "wonn")
    with pytest.raises(ColumnError, match="no column 'mian'"):
        read_gains(gains_file, "won", main="mian")
    with pytest.raises(ColumnError, match="no column 'other'"):
        read_gains(gains_file, "won", partner="other")
    with pytest.raises(ColumnError, match=r"no column matches 'grade_1'.*did you mean 'grad_1'"):
        read_features(read_gains(gains_file, "won"), [tasks_file], ["grade_1"])


def test_no_partner_column(tmp_path):
    file = written(tmp_path / "g.csv", gains_frame().rename(columns={"aux": "helper"}))
    with pytest.raises(ColumnError, match=r"looked for partner, aux.*it has: main, helper.*--partner"):
        read_gains(file, "won")
    assert len(read_gains(file, "won", partner="helper").frame) == 20


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.assign(won=t["won"].where(t.index != 3)), r"1 of 20 values of 'won'.*row 4: .*nan"),
        (lambda t: pd.concat([t, t.iloc[[2]]]), r"more than once: a with d \(rows 3, 21\)"),
        (lambda t: t.assign(aux=t["aux"].where(t.index != 0, "a")), "row 1: the task 'a' is its own partner"),
        (lambda t: t.iloc[:0], "has no rows"),
    ],
)
def test_gains_that_cannot_be_used(tmp_path, change, said):
    with pytest.raises(DataError, match=said):
        read_gains(written(tmp_path / "g.csv", change(gains_frame())), "won")


def test_tasks_without_features_and_tasks_twice(tmp_path, gains_file):
    gains = read_gains(gains_file, "won")
    short = written(tmp_path / "short.csv", tasks_frame().iloc[:3])
    with pytest.raises(DataError, match="no features of 2 tasks of the gains: d, e"):
        read_features(gains, [short], [])
    twice = written(tmp_path / "twice.csv", pd.concat([tasks_frame(), tasks_frame().iloc[[1]]]))
    with pytest.raises(DataError, match="b comes more than once"):
        read_features(gains, [twice], [])
    neither = written(tmp_path / "neither.csv", pd.DataFrame({"size": [1]}))
    with pytest.raises(ColumnError, match="neither a column 'task'"):
        read_features(gains, [neither], [])


def test_files_that_are_not_there_or_not_readable(tmp_path):
    with pytest.raises(DataError, match="found nothing"):
        read_gains(tmp_path / "none.csv", "won")
    (tmp_path / "bad.parquet").write_text("no parquet")
    with pytest.raises(DataError, match="cannot be read"):
        read_gains(tmp_path / "bad.parquet", "won")
