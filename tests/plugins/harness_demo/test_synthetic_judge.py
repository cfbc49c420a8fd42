import json

import pandas as pd
import pytest

from harness_demo.synthetic_judge import judge, study_relatedness

LOADS = {"a": {"f1": 1.0}, "b": {"f1": 1.0}, "c": {"f2": 1.0}}


def tables(gains, placebos=()):
    config = {
        "datasets": [
            {"as": name, "use": "synthetic", "splits": "generated", "loads": loads}
            for name, loads in LOADS.items()
        ]
        + [{"as": "n", "use": "notes", "splits": "generated", "n_clips": 5}]
    }
    rows = [(m, [p], False, g, 0.5) for m, p, g in gains] + [(m, [p], True, g, q) for m, p, g, q in placebos]
    frame = pd.DataFrame(rows, columns=["main", "partners", "placebo", "gain", "q"])
    frame["main"] += "/label"
    frame["partners"] = [[f"{p}/label" for p in ps] for ps in frame["partners"]]
    return {"study": pd.DataFrame({"config_json": [json.dumps(config)]}), "gains": frame}


GAINS = [
    ("a", "b", 0.1),
    ("b", "a", 0.02),
    ("a", "c", 0.03),
    ("c", "a", -0.1),
    ("b", "c", 0.0),
    ("c", "b", 0.01),
]


def test_truth_comes_from_the_studys_own_file():
    truth = study_relatedness(tables(GAINS)["study"])
    assert len(truth) == 6
    assert set(truth.loc[truth["relatedness"] == 1, "main"]) == {"a/label", "b/label"}


def test_auc_counts_the_pairs_in_the_right_order():
    found = judge(tables(GAINS))
    # .10 beats all four unrelated gains, .02 beats three of them
    assert found["auc"] == pytest.approx(7 / 8)
    assert (found["n_related"], found["n_unrelated"]) == (2, 4)
    assert found["related_gain"] == pytest.approx(0.06)
    assert found["unrelated_gain"] == pytest.approx(-0.015)


def test_placebos_are_no_pairs_and_are_named_where_they_are_significant():
    found = judge(tables(GAINS, [("a", "b", 0.3, 0.01), ("b", "a", 0.0, 0.6), ("c", "a", 0.1, None)]))
    assert found["auc"] == pytest.approx(7 / 8)
    assert (found["n_placebos"], found["placebo_min_q"]) == (2, 0.01)
    assert found["placebos_found"] == ["a/label"]
    assert judge(tables(GAINS, [("a", "b", 0.3, 0.05)]))["placebos_found"] == []


def test_gains_that_are_missing_are_left_out():
    assert judge(tables([*GAINS[:5], ("c", "b", None)]))["n_unrelated"] == 3


def test_a_task_of_another_data_set_is_refused():
    with pytest.raises(ValueError, match="no relatedness for a/label with n/label"):
        judge(tables([*GAINS, ("a", "n", 0.1)]))


def test_pairs_of_one_sort_are_refused():
    with pytest.raises(ValueError, match="2 of 2 pairs are related"):
        judge(tables(GAINS[:2]))
