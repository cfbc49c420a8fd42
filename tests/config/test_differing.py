"""Settings that differ, by dotted keys."""

from harness.config.differing import Setting, differing


def test_parameters_are_known_by_their_component_s_name():
    a = {"features": [{"as": "mel", "n": 1}, {"as": "mfcc", "n": 2}], "seed": 0}
    b = {"features": [{"as": "mfcc", "n": 3}], "seed": 0}
    assert differing(a, b) == [
        Setting("features.mel", {"as": "mel", "n": 1}, None, "a"),
        Setting("features.mfcc.n", 2, 3),
    ]


def test_tasks_that_one_lacks_are_named_one_by_one():
    found = differing({"tasks": ["d/x", "d/y"]}, {"tasks": ["d/y", "d/z"]})
    assert [(one.key, one.only) for one in found] == [("tasks.d/x", "a"), ("tasks.d/z", "b")]


def test_another_order_and_other_kinds_of_values_are_one_setting():
    assert [one.key for one in differing({"x": ["a", "b"]}, {"x": ["b", "a"]})] == ["x"]
    assert [one.key for one in differing({"x": {"log": [1, 2]}}, {"x": {"uniform": [1, 2]}})] == [
        "x.log",
        "x.uniform",
    ]
    assert differing({"x": [[1, 2]]}, {"x": [[1, 3]]}) == [Setting("x", [[1, 2]], [[1, 3]])]
    assert differing({"x": 1}, {"x": 1}) == []


def test_what_a_key_decides():
    decides = {
        "seed": "results",
        "compute.workers": "nothing",
        "compute.deterministic": "results",
        "computer": "results",
        "training.keep": "nothing",
        "training.epochs": "results",
        "analysis.rope": "analysis",
        "data.root": "nothing",
    }
    assert {key: Setting(key, 0, 1).decides for key in decides} == decides
