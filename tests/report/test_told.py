"""Whether predictors beat their baselines, in words."""

from harness.report.told import told
from tests.report.studies import facts_of, study_of


def rows(scheme, value, **baselines):
    shared = {"target": "gain", "predictors": "audio", "estimator": "ridge", "scheme": scheme, "metric": "r2"}
    return [
        shared | {"value": value, "sd": 0.01, "baseline": name, "baseline_value": other}
        for name, other in baselines.items()
    ]


def said(*parts):
    return told(facts_of(study_of(predictability=[row for part in parts for row in part])))


def test_each_rival_is_counted_on_tasks_left_out_alone():
    clauses = said(
        rows("leave_main_out", 0.3, majority=0.0, random_features=0.1, task_identities=0.4),
        rows("no_shared_task", 0.1, majority=0.0, random_features=0.2, task_identities=-0.1),
        rows("shuffled_pairs", 0.9, majority=0.0, random_features=0.5, task_identities=0.5),
    )
    assert clauses[0] == "predictors beat every baseline on tasks left out in none of 2 comparisons"
    assert clauses[1] == (
        "on tasks left out they beat random features of each task (their mean) in 1 of 2 comparisons, knowing only "
        "which tasks a pair has in 1 of 2 comparisons and the mean, or the majority, of the training gains in 2 of 2 "
        "comparisons"
    )
    assert clauses[-1] == (
        "with pairs shuffled, so that training and test share tasks, they beat the majority in 1 of 1 comparison: "
        "that is no evidence"
    )


def test_chance_is_said_where_one_draw_in_twenty_is_known():
    clauses = said(*(rows(f"scheme_{k}", 0.3, random_features_p95=0.2) for k in range(40)))
    assert any(clause.startswith("of 40 comparisons, about 2 would beat") for clause in clauses)


def test_not_judged():
    assert said() == ["whether a gain can be told beforehand was not judged"]
