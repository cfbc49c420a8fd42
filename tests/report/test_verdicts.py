import pytest

from harness.report.verdicts import overall, verdicts
from tests.report.studies import facts_of, study_of


def rows(value, baselines, sd=0.05, metric="spearman", scheme="leave_main_out"):
    shared = {
        "target": "gain",
        "predictors": "audio",
        "estimator": "ridge",
        "scheme": scheme,
        "metric": metric,
    }
    return [
        shared | {"value": value, "sd": sd, "baseline": name, "baseline_value": baseline}
        for name, baseline in baselines.items()
    ]


def one(*args, **kwargs):
    (found,) = verdicts(facts_of(study_of(predictability=rows(*args, **kwargs))))
    return found


def test_beating_all_by_more_than_the_spread():
    verdict = one(0.4, {"majority": 0.1, "random_features": 0.2})
    assert verdict.beats_all
    assert verdict.clear
    assert verdict.in_words() == (
        "beats every baseline (nearest: random_features, by 0.200), "
        "by more than one standard deviation over held-out parts"
    )


def test_beating_all_by_less_than_the_spread_is_not_clear():
    verdict = one(0.4, {"majority": 0.38}, sd=0.1)
    assert verdict.beats_all
    assert not verdict.clear
    assert "by less than" in verdict.in_words()


def test_a_baseline_that_is_not_beaten_is_named_and_a_tie_is_no_win():
    assert one(0.4, {"majority": 0.4, "random_features": 0.2}).in_words() == "does not beat majority"


@pytest.mark.parametrize("metric", ["rmse", "mae", "log_loss"])
def test_less_is_better_for_errors(metric):
    assert one(0.1, {"majority": 0.2}, metric=metric, sd=0.01).clear
    assert not one(0.3, {"majority": 0.2}, metric=metric).beats_all


def test_a_correlation_that_is_not_above_zero_tells_nothing_whatever_it_beats():
    verdict = one(-0.1, {"majority": -0.5})
    assert not verdict.beats_all
    assert verdict.in_words() == "tells nothing: its spearman is −0.100, not above zero"
    assert one(0.4, {"majority": 0.1}, metric="accuracy").beats_all


def test_a_baseline_that_is_not_defined_is_said():
    assert "majority: not defined" in one(0.4, {"majority": None, "random_features": 0.1}).in_words()


def test_missing_values():
    assert one(None, {"majority": 0.1}).in_words() == "could not be computed"
    assert "no baseline" in one(0.4, {"majority": None}).in_words()
    assert "how sure that is stays unknown" in one(0.4, {"majority": 0.1}, sd=None).in_words()


def test_overall_leaves_out_schemes_that_share_tasks():
    found = rows(0.9, {"majority": 0.1}, scheme="shuffled_pairs") + rows(0.1, {"majority": 0.2})
    judged = verdicts(facts_of(study_of(predictability=found)))
    assert overall(judged) == "predictors beat every baseline on tasks left out in none of 1 comparison"
    assert overall(judged[:1]) == "whether gains can be told beforehand was not judged"
    assert overall([]) == ""
    assert "in 1 of 1 comparison, by more than one standard deviation in 1" in overall(
        [one(0.4, {"majority": 0.1})]
    )
