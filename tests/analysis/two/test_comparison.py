"""Two studies beside each other: numbers, agreement, warnings."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from harness.analysis.two.comparison import compare
from harness.analysis.two.difference import PAIRED, WELCH
from harness.analysis.two.pairs import COLUMNS, LEVEL, OTHER_NUMBERS, SAME_TRAININGS
from harness.errors import StudyDirectoryError
from harness.report.facts import Q_LEVEL
from tests.analysis.two.made import other_folds, other_trainings, write


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("two")


@pytest.fixture(scope="module")
def first(place):
    return write(place / "first")


@pytest.fixture(scope="module")
def paired(place, first):
    return compare(first, write(place / "paired", other_trainings, seed=1))


@pytest.fixture(scope="module")
def apart(place, first):
    return compare(first, write(place / "apart", other_folds, seed=1))


def differences(directory, row):
    """The differences of a gain by fold and seed, from the tables themselves."""
    tables = {
        name: pd.read_parquet(directory / "tables" / f"{name}.parquet")
        for name in ("cells", "runs", "scores")
    }
    scores = tables["scores"].query("split == 'test' and task == @row.main and label.isna()", engine="python")
    scores = scores[scores.metric == row.metric].merge(
        tables["runs"][["run_id", "fold", "seed"]], on="run_id"
    )
    of = tables["cells"].set_index("cell_id")
    wanted = {frozenset([row.main]): {}, frozenset([row.main, *row.partners]): {}}
    for one in scores.itertuples():
        cell = of.loc[one.cell_id]
        its_own = len(cell.tasks) == 1 or (
            bool(cell.placebo) == bool(row.placebo) and (not row.placebo or cell.tasks[0] == row.main)
        )
        if its_own and frozenset(cell.tasks) in wanted:
            wanted[frozenset(cell.tasks)][one.fold, one.seed] = one.value
    alone, group = wanted.values()
    return pd.Series({key: group[key] - alone[key] for key in sorted(group)})


def test_paired_differences_are_those_of_the_runs(paired, place):
    row = next(row for row in paired.pairs.itertuples() if not row.placebo)
    a, b = (differences(place / name, row) for name in ("first", "paired"))
    values = (b - a).to_numpy()
    sizes = pd.read_parquet(place / "first" / "tables" / "selections.parquet")
    sizes = sizes[sizes.task == row.main].iloc[0]
    se = np.sqrt((1 / len(values) + sizes.n_test / sizes.n_train) * values.var(ddof=1))
    half = stats.t.ppf(0.95, len(values) - 1) * se
    assert row.method == PAIRED
    assert (row.n, row.n_same_trainings, row.n_same_singles) == (6, 0, 0)
    assert row.difference == pytest.approx(values.mean())
    assert row.difference == pytest.approx(row.gain_b - row.gain_a)
    assert (row.ci_low, row.ci_high) == pytest.approx((values.mean() - half, values.mean() + half))
    assert row.p == pytest.approx(2 * stats.t.sf(abs(values.mean()) / se, len(values) - 1))


def test_other_folds_are_compared_as_independent(apart, place):
    own = apart.pairs["main"] == "notes/family"
    assert set(apart.pairs.loc[own, "method"]) == {WELCH}
    assert set(apart.pairs.loc[~own, "method"]) == {PAIRED}
    assert any("notes/family" in text and "independent" in text for text in apart.warnings)
    row = next(row for row in apart.pairs[own].itertuples() if not row.placebo)
    a, b = (differences(place / name, row).to_numpy() for name in ("first", "apart"))
    assert row.difference == pytest.approx(b.mean() - a.mean())
    uncorrected = stats.ttest_ind(b, a, equal_var=False)
    assert row.p > uncorrected.pvalue  # the correction widens


def test_other_data_are_never_paired_and_warned_of_first(place, first):
    def changed(tables):
        other_trainings(tables)
        tables["tasks"].loc[tables["tasks"]["task"] == "speech/digit", "data_hash"] = "another"

    found = compare(first, write(place / "data", changed))
    assert [row["task"] for row in found.data] == ["speech/digit"]
    assert found.warnings[0].startswith("different data: the gains of speech/digit are not comparable")
    assert set(found.pairs.loc[found.pairs["main"] == "speech/digit", "method"]) == {WELCH}


def test_the_same_trainings_have_no_interval_and_say_why(place, first):
    found = compare(first, first)
    assert found.warnings == ["both directories hold the same study"]
    assert set(found.pairs["note"]) == {SAME_TRAININGS}
    assert (found.pairs["difference"] == 0).all()
    assert found.pairs[["ci_low", "p", "q"]].isna().all().all()
    assert [row["share"] for row in found.agreement] == [1.0, 1.0]
    assert any("same single trainings" in row["note"] for row in found.correlations)


def test_the_same_keys_with_other_numbers_are_told(place, first):
    found = compare(first, write(place / "numbers", seed=2))
    assert set(found.pairs["note"]) == {OTHER_NUMBERS}
    assert found.pairs["p"].notna().all()


def test_agreement_and_correlation_are_the_libraries(paired):
    true = paired.pairs[~paired.pairs["placebo"]]
    signs, verdicts = paired.agreement
    same = int((np.sign(true["gain_a"]) == np.sign(true["gain_b"])).sum())
    assert (signs["gains"], signs["agree"]) == (len(true), same)
    assert verdicts["kappa"] == pytest.approx(
        cohen_kappa_score(true["verdict_a"], true["verdict_b"]), nan_ok=True
    )
    assert sum(row["gains"] for row in paired.verdicts) == len(true)
    pairs = true[true["partners"].map(len) == 1]
    spearman = next(row for row in paired.correlations if row["statistic"] == "spearman")
    assert spearman["value"] == pytest.approx(stats.spearmanr(pairs["gain_a"], pairs["gain_b"]).statistic)
    assert (spearman["n"], spearman["n_tasks"]) == (6, 3)
    assert spearman["p_method"] == "node permutation (all 6)"


def test_verdicts_are_the_report_s(paired):
    assert LEVEL == Q_LEVEL
    known = paired.pairs.dropna(subset=["verdict_a"])
    assert set(known["verdict_a"]) <= {"helps", "hurts", "not shown"}
    assert (np.sign(known.loc[known["verdict_a"] == "hurts", "gain_a"]) < 0).all()


def test_unfinished_studies_are_compared_as_far_as_they_are(place, first):
    found = compare(first, write(place / "unfinished", incomplete=True))
    assert found.warnings[0].startswith("b is unfinished: ")
    missing = found.pairs[found.pairs["gain_b"].isna()]
    assert len(missing)
    assert missing["note"].str.contains("no runs").all()
    assert list(found.pairs.columns) == list(COLUMNS)


def test_what_only_one_has_and_which_settings_differ(place, first):
    def changed(tables):
        gone = tables["cells"]["tasks"].map(lambda tasks: len(tasks) == 3)
        tables["cells"] = tables["cells"][~gone].reset_index(drop=True)
        config = json.loads(tables["study"]["config_json"].iloc[0])
        config["features"][0]["n_mels"] = 64
        config["compute"]["workers"] = 8
        tables["study"]["config_json"] = json.dumps(config)
        tables["study"]["versions"] = json.dumps({"torch": "0.0"})

    found = compare(first, write(place / "less", changed))
    assert not found.only_in_b
    assert {len(row["partners"]) for row in found.only_in_a} == {2}
    assert found.settings == [
        {"key": "features.log_mel.n_mels", "in_a": "40", "in_b": "64", "decides": "results"},
        {"key": "compute.workers", "in_a": "1", "in_b": "8", "decides": "nothing"},
    ]
    assert {row["of"]: row["in_b"] for row in found.versions}["torch"] == "0.0"


def test_json_is_plain_and_has_no_nan(apart):
    text = json.dumps(apart.to_json(), allow_nan=False)
    assert len(json.loads(text)["pairs"]) == len(apart.pairs)


def test_what_is_no_study_is_said(tmp_path, first):
    with pytest.raises(StudyDirectoryError, match="nowhere"):
        compare(first, tmp_path / "nowhere")
