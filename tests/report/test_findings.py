"""The sentence must be honest in every case."""

import pytest

from harness.report.findings import findings
from harness.report.summary import one_sentence
from tests.report.studies import cell_row, facts_of, gain_row, pairs_study, study_of, task_row

UNTESTED = {"ci_low": None, "ci_high": None, "p": None, "q": None, "detectable_gain": None}


def test_significant_gains_are_counted_and_the_largest_named():
    gains = [
        gain_row("a/x", "b/y", 0.06, q=0.01),
        gain_row("b/y", "a/x", 0.02, q=0.04),
        gain_row("a/x", "c/z", -0.05, q=0.001),
        gain_row("c/z", "a/x", 0.09, q=0.05),
    ]
    sentence = one_sentence(pairs_study(gains))
    assert sentence.startswith(
        "2 of 4 directed gains are positive and 1 negative at q < .05 "
        "(largest: a/x | b/y +0.060 [+0.030, +0.090]);"
    )
    assert "effective sample is 3 tasks" in sentence
    assert "only true gains of 0.080 or more (median) could be found with 80 % power" in sentence
    assert sentence.endswith(".")


def test_only_losses():
    gains = [gain_row("a/x", "b/y", -0.06, q=0.01), gain_row("b/y", "a/x", 0.02)]
    sentence = one_sentence(pairs_study(gains))
    assert sentence.startswith("0 of 2 directed gains are positive and 1 negative")
    assert "largest loss: a/x | b/y −0.060 [−0.090, −0.030]" in sentence


def test_nothing_significant_says_so():
    sentence = one_sentence(pairs_study([gain_row("a/x", "b/y", 0.06), gain_row("b/y", "a/x", 0.02)]))
    assert sentence.startswith(
        "None of 2 directed gains differs from zero at q < .05 (largest: a/x | b/y +0.060"
    )


def test_one_gain_is_singular():
    assert one_sentence(pairs_study([gain_row("a/x", "b/y", 0.06, q=0.01)])).startswith(
        "1 of 1 directed gain is positive at"
    )


def test_a_fixed_split_gives_no_certainty():
    gains = [
        gain_row("a/x", "b/y", 0.06, note="one fold: no between-fold variance", **UNTESTED),
        gain_row("b/y", "a/x", -0.02, **UNTESTED),
    ]
    sentence = one_sentence(pairs_study(gains))
    assert sentence.startswith(
        "1 of 2 directed gains is above zero (largest: a/x | b/y +0.060), but none has an interval"
    )
    assert "one fold: no between-fold variance" in sentence
    assert "how sure that is stays unknown" in sentence
    assert "80 % power" not in sentence
    assert "differs from zero" not in sentence


def test_gains_without_a_test_are_not_counted_as_tested():
    gains = [gain_row("a/x", "b/y", 0.06, q=0.01), gain_row("b/y", "a/x", 0.3, **UNTESTED)]
    assert one_sentence(pairs_study(gains)).startswith(
        "1 of 1 directed gain (and 1 without an interval) is positive"
    )


def test_placebos_are_beside_and_not_among_the_gains():
    gains = [
        gain_row("a/x", "b/y", 0.06, q=0.01),
        gain_row("a/x", "b/y", 0.03, placebo=True, q=0.01, cell_id="p"),
    ]
    sentence = one_sentence(pairs_study(gains))
    assert "1 of 1 directed gain is positive" in sentence
    assert "placebo partners gave +0.030 on average (1 of 1 at q < .05)" in sentence


def test_no_placebo_is_said():
    assert "no placebo was measured" in one_sentence(pairs_study([gain_row("a/x", "b/y", 0.06)]))


def test_an_incomplete_study_says_so_first():
    study = pairs_study([gain_row("a/x", "b/y", 0.06, q=0.01)], done=2)
    assert one_sentence(study).startswith(
        "Incomplete (2 of 3 cells), so far 1 of 1 directed gain is positive"
    )


def test_only_singles():
    scores = [
        {
            "cell_id": task,
            "run_id": f"{task}{run}",
            "task": task,
            "split": "test",
            "metric": "macro_f1",
            "value": value,
        }
        for task, values in (("a/x", (0.5, 0.7)), ("b/y", (0.9, 0.9)))
        for run, value in enumerate(values)
    ]
    noise = {"cell_id": "a/x", "run_id": "a/x0", "task": "a/x", "value": 0.0}
    scores += [noise | {"split": "train", "metric": "macro_f1"},
               noise | {"split": "test", "metric": "accuracy"},
               noise | {"split": "test", "metric": "macro_f1", "label": "dog"}]  # fmt: skip
    names = ["a/x", "b/y"]
    study = study_of(
        cells=[cell_row([name]) for name in names], tasks=[task_row(name) for name in names], scores=scores
    )
    assert one_sentence(study) == (
        "Only single tasks were asked for, so there are no gains; "
        "mean test scores go from 0.600 (a/x) to 0.900 (b/y)."
    )


def test_everything_failed():
    cells = [cell_row(["a/x"], status="failed"), cell_row(["a/x", "b/y"], status="failed")]
    failures = [
        {"unit": "1", "error_type": "NonFiniteLossError"},
        {"unit": "2", "error_type": "NonFiniteLossError"},
    ]
    sentence = one_sentence(study_of(cells=cells, failures=failures, done=0))
    assert (
        sentence
        == "All 2 cells failed and none is done, most often by NonFiniteLossError: nothing can be said."
    )


def test_nothing_done_and_nothing_planned():
    assert one_sentence(study_of(cells=[cell_row(["a/x"], status="pending")], done=0)) == (
        "None of 1 cell is done yet: nothing can be said."
    )
    assert one_sentence(study_of()) == "Nothing was planned, so there is nothing to say."


def test_groups_without_a_measured_gain():
    cells = [cell_row(["a/x"], status="failed"), cell_row(["a/x", "b/y"])]
    study = study_of(cells=cells, gains=[gain_row("a/x", "b/y", None)], done=1)
    assert one_sentence(study).startswith(
        "Incomplete (1 of 2 cells), so far no gain could be measured (1 cell failed)"
    )


def test_metrics_of_different_scales_are_compared_relative_to_the_score():
    gains = [
        gain_row("a/x", "b/rate", 0.06, q=0.01, gain_relative=0.09),
        gain_row("b/rate", "a/x", 3.0, q=0.01, metric="rmse", gain_relative=0.01, ci_low=2.0, ci_high=4.0),
        gain_row("b/rate", "a/x", 5.0, metric="rmse", gain_relative=0.02, placebo=True),
    ]
    tasks = [task_row("a/x"), task_row("b/rate", metric="rmse", metric_direction="min", kind="regression")]
    sentence = one_sentence(pairs_study(gains, tasks=tasks))
    assert "largest: a/x | b/rate +0.060 [+0.030, +0.090] macro_f1" in sentence
    assert "placebo partners gave +2.0 % of the score on average" in sentence
    assert "80 % power" not in sentence  # a median over different units means nothing


@pytest.mark.parametrize("larger", [False, True])
def test_groups_are_gains_too(larger):
    gains = [gain_row("a/x", "b/y", 0.06), *([gain_row("a/x", ["b/y", "c/z"], 0.07)] if larger else [])]
    noun = "2 gains" if larger else "1 directed gain"
    assert findings(facts_of(pairs_study(gains)))[0].startswith(f"none of {noun} differs")
    assert ("a/x | b/y + c/z +0.070" in findings(facts_of(pairs_study(gains)))[0]) is larger
