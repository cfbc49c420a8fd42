"""The four questions as sections: each has its answer, and shows its tables."""

import pytest

from harness.report.questions import QUESTIONS
from harness.report.sections.comparisons import comparisons
from harness.report.sections.gains import gains
from harness.report.sections.groupings import groupings
from harness.report.sections.groups import groups
from harness.report.sections.networks import networks
from harness.report.sections.patterns import patterns
from harness.report.sections.regression import regression
from harness.report.sections.used import used
from tests.report.pages import Page
from tests.report.studies import facts_of, gain_row, judged_rows, pairs_study, pattern_rows, study_of

PAIRS = [gain_row("a/x", "b/y", 0.1), gain_row("a/x", "c/z", 0.3)]


def test_every_question_has_a_line_whatever_the_study_has():
    for study in (study_of(), pairs_study(PAIRS)):
        for question in QUESTIONS:
            line = question.line(facts_of(study))
            assert line.startswith(f"{question.title} ")
            assert line.endswith(".")


def test_controls_stand_beside_the_gains():
    rows = [row | {"noise_floor": 0.02, "placebo_gain": 0.04} for row in PAIRS]
    (first, *_) = Page(gains(facts_of(pairs_study(rows)))).rows("table-gains")
    assert (first["placebos' gain"], first["noise floor"]) == ("+0.040", "0.020")
    assert "gain over equal capacity" not in first


def test_an_older_study_has_its_placebos_beside_the_gains():
    rows = [*PAIRS, gain_row("a/x", "b/y", 0.05, placebo=True, cell_id="p"),
            gain_row("a/x", "c/z", 0.07, placebo=True, cell_id="q")]  # fmt: skip
    for study in (pairs_study(rows), pairs_study([row | {"placebo_gain": None} for row in rows])):
        shown = Page(gains(facts_of(study))).rows("table-gains")
        assert [row["placebos' gain"] for row in shown] == ["+0.060", "+0.060"]


def test_patterns_are_those_of_the_table():
    rows = pattern_rows("model", "cnn", "dnn", 0.62, 0.01, 0.41, 0.04)
    read = Page(patterns(facts_of(pairs_study(PAIRS, patterns=rows))))
    assert [row["statistic"] for row in read.rows("table-patterns")] == ["Spearman", "Spearman, within main"]
    assert read.values["table-patterns"][1:] == [
        pytest.approx([0.62, 0.01, 30, 6]), pytest.approx([0.41, 0.04, 30, 6])
    ]  # fmt: skip
    assert "no evidence that the pattern changed" in read.text


def test_patterns_of_one_setting_have_no_table():
    read = Page(patterns(facts_of(pairs_study(PAIRS))))
    assert not read.tables
    assert "cannot be said" in read.text


def test_comparisons_name_what_differs():
    shared = {"factor": "combiner", "quantity": "gain", "n_tasks": 8, "median_difference": 0.01, "p": 0.01}
    rows = [shared | {"a": "sum", "b": "dwa", "q": 0.03}, shared | {"a": "sum", "b": "rlw", "q": 0.3}]
    read = Page(comparisons(facts_of(study_of(comparisons=rows))))
    assert "Different at q < .05: sum and dwa (gain)." in read.text
    assert len(read.rows("table-comparisons")) == 2
    assert sum(attrs.get("class") == "marked" for tag, attrs in read.tags if tag == "tr") == 1
    assert "None differs" in Page(comparisons(facts_of(study_of(comparisons=rows[1:])))).text
    assert comparisons(facts_of(study_of())) is None


def test_groups_have_statistics_and_name_the_best_and_the_worst():
    group = [gain_row("a/x", ["b/y", "c/z"], 0.25, cell_id="g")]
    judged = judged_rows(mae=0.05, mae_of_zero=0.25, bias=-0.05, spearman=None)
    read = Page(groups(facts_of(pairs_study([*PAIRS, *group], groups_from_pairs=judged))))
    assert [row["statistic"] for row in read.rows("table-groups-from-pairs")] == [
        "mae", "mae_of_zero", "bias", "spearman"
    ]  # fmt: skip
    (row,) = read.rows("table-best-and-worst")
    assert (row["group"], row["mean gain"], row["told by its pairs"]) == (
        "a/x + b/y + c/z",
        "+0.250",
        "+0.200",
    )
    assert sum(tag == "svg" for tag, _ in read.tags) == 1
    assert "better than saying that no group gains" in read.text


def test_networks_are_those_of_delta_m():
    rows = [{"tasks": ["a/x", "b/y"], "feature": "f", "model": "m", "combiner": "c", "placebo": False, "n": 6,
             "delta_m": 0.0123, "ci_low": -0.01, "ci_high": 0.03, "p": 0.2}]  # fmt: skip
    (row,) = Page(networks(facts_of(study_of(delta_m=rows)))).rows("table-delta-m")
    assert (row["tasks"], row["Δm"], row["placebo"]) == ("a/x + b/y", "+0.012", "no")
    assert networks(facts_of(study_of())) is None


def test_predictors_and_probes_are_counted_and_unreliable_statistics_named():
    features = [
        {"main": "a", "partner": p, "predictor": "size", "value": v} for p, v in (("b", 1.0), ("c", 3.0))
    ]
    probes = [{"probe": "logme", "main": "a", "partner": "b", "fold": k, "seed": 0, "value": v}
              for k, v in enumerate((0.5, 0.7, None))]  # fmt: skip
    stats = [
        {"task": "a", "statistic": name, "reliability": r} for name, r in (("slope", 0.2), ("entropy", None))
    ]
    config = {"analysis": {"predictors": ["bingel", {"name": "transferability"}]}}
    study = study_of(pair_features=features, probes=probes, task_stats=stats, config=config)
    read = Page(used(facts_of(study)))
    assert read.values["table-predictors"][1] == pytest.approx([2, 1.0, 2.0, 3.0])
    assert read.values["table-probes"][1] == pytest.approx([1, 0.5, 0.6, 0.7])
    assert "Asked for: bingel and transferability. 1 pair feature, 1 probe." in read.text
    assert "in slope: such statistics" in read.text
    assert used(facts_of(study_of())) is None


def test_error_methods_stand_side_by_side_and_say_what_to_believe():
    rows = [{"model": "ols", "term": "size", "estimate": 0.3, "se": se, "se_method": name, "n": 30, "n_tasks": 6,
             "detectable_correlation": 0.92, "df": 4} for name, se in (("HC3", 0.1), ("dyadic", 0.2))]  # fmt: skip
    rows += [{"model": "logistic", "term": "size", "estimate": 0.5, "n": 30, "n_tasks": 6}]
    read = Page(regression(facts_of(study_of(regressions=rows))))
    assert [row["error method"] for row in read.rows("table-regressions")] == ["HC3", "dyadic", "–"]
    assert "from 0.92 on (80 % power)" in read.text
    assert "log odds of a positive gain" in read.text
    assert "believe the more cautious one" in read.text


def test_a_grouping_is_shown_where_there_is_one():
    rows = [{"grouping": "chosen", "network": 0, "tasks": ["a/x", "b/y"], "served": ["a/x"], "value": 0.1,
             "measured": True, "objective": "total", "total": 0.3, "ci_low": 0.1, "ci_high": 0.5},
            {"grouping": "random", "total": 0.1}]  # fmt: skip
    first, second = Page(groupings(facts_of(study_of(groupings=rows)))).rows("table-groupings")
    assert (first["trained together"], first["of these, served by it"]) == ("a/x + b/y", "a/x")
    assert (first["measured"], first["interval"]) == ("yes", "[+0.100, +0.500]")
    assert (second["trained together"], second["measured"]) == ("–", "–")
    assert groupings(facts_of(study_of())) is None
