"""What single sections compute from the tables, beyond showing them."""

import pandas as pd
import pytest

from harness.report.sections.asked import asked
from harness.report.sections.cost import by_cell, cost
from harness.report.sections.curves import curves, single_points
from harness.report.sections.gains import gains
from harness.report.sections.groups import groups
from harness.report.sections.placebo import placebo
from harness.report.sections.predictability import predictability
from harness.report.sections.regression import DRAWN, regression, shared_notes
from harness.report.sections.repeat import repeat
from harness.report.sections.trouble import trouble
from tests.report.pages import Page
from tests.report.studies import cell_row, facts_of, gain_row, pairs_study, study_of, task_row


def test_asked_shows_settings_with_their_parameters():
    config = {
        "tasks": ["a/x"],
        "datasets": [
            {"as": "esc", "use": "folder", "path": "esc10", "tasks": {"sound": {"kind": "multiclass"}}}
        ],
        "features": [{"name": "log_mel", "as": "mel40", "parameters": {"n_mels": 40}}],
        "models": [{"name": "cnn", "width": 16}],
        "evaluation": {"folds": 3, "seeds": 2},
        "tuning": {"scope": "first_fold", "space": {"lr": {"log": [0.0001, 0.01]}}},
        "groups": {"sizes": [1, 2], "include": [["a/x", "b/y"]], "exclude": []},
    }
    text = Page(asked(facts_of(study_of(config=config, tasks=[task_row("a/x")])))).text
    for said in (
        "esc (folder, path esc10, tasks sound kind multiclass)", "mel40 (log_mel, n_mels 40)",
        "cnn (width 16)",
        "folds: 3; seeds: 2", "lr log 0.0001, 0.01", "sizes: 1, 2; include: [a/x, b/y]",
        "tuned on the first fold only",
    ):  # fmt: skip
        assert said in text


def test_gains_that_could_not_be_measured_are_listed_with_their_reason():
    rows = [
        gain_row("a/x", "b/y", 0.1),
        gain_row("b/y", "a/x", None, note="6 of 6 runs missing", n=0, q=None),
    ]
    read = Page(gains(facts_of(pairs_study(rows))))
    (missing,) = [row for row in read.rows("table-gains") if row["main"] == "b/y"]
    assert missing["gain"] == "–"
    assert missing["note"] == "6 of 6 runs missing"


def test_gains_are_ordered_by_task_and_marked():
    rows = [gain_row("b/y", "a/x", 0.1), gain_row("a/x", "b/y", 0.1, q=0.049)]
    facts = facts_of(pairs_study(rows, tasks=[task_row("a/x"), task_row("b/y")]))
    read = Page(gains(facts))
    assert [row["main"] for row in read.rows("table-gains")] == ["a/x", "b/y"]
    assert sum(attrs.get("class") == "marked" for tag, attrs in read.tags if tag == "tr") == 1


def test_there_is_a_heatmap_a_feature_model_and_combiner():
    rows = [
        gain_row("a/x", "b/y", 0.1, combiner=name, model=model)
        for name in ("sum", "dwa")
        for model in ("cnn", "dnn")
    ]
    read = Page(gains(facts_of(pairs_study(rows))))
    assert sum(tag == "svg" for tag, _ in read.tags) == 4


def test_groups_stand_beside_the_mean_of_their_pairs():
    rows = [gain_row("a/x", "b/y", 0.1), gain_row("a/x", "c/z", 0.3), gain_row("a/x", ["b/y", "c/z"], 0.25),
            gain_row("a/x", "c/z", 0.9, combiner="dwa"), gain_row("b/y", ["a/x", "c/z"], 0.0)]  # fmt: skip
    first, second = Page(groups(facts_of(pairs_study(rows)))).rows("table-groups")
    assert first["mean of its pairs"] == "+0.200"
    assert second["mean of its pairs"] == "–"  # its pairs were not trained
    assert "No larger group was measured" in groups(facts_of(pairs_study(rows[:2])))


def test_placebo_means_by_main_task():
    rows = [
        gain_row("a/x", "b/y", 0.1),
        gain_row("a/x", "c/z", 0.3),
        gain_row("a/x", "b/y", 0.05, placebo=True),
    ]
    first, *_ = Page(placebo(facts_of(pairs_study(rows)))).rows("table-placebo-summary")
    assert [first[name] for name in list(first)[1:4]] == ["+0.200", "+0.050", "+0.150"]


def test_the_noise_floor_is_the_root_mean_square_of_differences_between_seeds():
    values = {(0, 0): 0.70, (0, 1): 0.73, (1, 0): 0.60, (1, 1): 0.64}
    runs = [
        {"cell_id": "a/x", "run_id": f"r{k}", "fold": k[0], "seed": k[1], "status": "done"} for k in values
    ]
    scores = [
        {
            "cell_id": "a/x",
            "run_id": f"r{k}",
            "task": "a/x",
            "split": "test",
            "metric": "macro_f1",
            "value": v,
        }
        for k, v in values.items()
    ]
    selections = [{"cell_id": "a/x", "run_id": f"r{k}", "task": "a/x"} for k in values]
    facts = facts_of(
        pairs_study([gain_row("a/x", "b/y", 0.1, n=4)], runs=runs, scores=scores, selections=selections)
    )
    (row, *_) = Page(placebo(facts)).values["table-placebo-summary"][1:]
    expected = ((0.03**2 + 0.04**2) / 2) ** 0.5
    assert row[-2:] == pytest.approx([expected, expected / 2])


def test_curves_are_those_of_singles():
    cells = [cell_row(["a/x"]), cell_row(["a/x"], cell_id="dnn", model="dnn"), cell_row(["a/x", "b/y"])]
    points = [
        {"cell_id": cell["cell_id"], "run_id": cell["cell_id"], "task": "a/x", "split": "train",
         "epoch": epoch, "metric": "loss", "value": 1.0}
        for cell in cells for epoch in (1.0, 2.0)
    ]  # fmt: skip
    facts = facts_of(study_of(cells=cells, curves=points, tasks=[task_row("a/x")]))
    assert set(single_points(facts)["series"]) == {"cnn", "dnn"}
    assert sum(tag == "svg" for tag, _ in Page(curves(facts)).tags) == 1


def test_regression_draws_the_smallest_p_and_lists_all():
    rows = [
        {"model": "pearson", "term": f"term_{k:02}", "estimate": 0.1, "p": 1 - k / 100, "n": 20, "n_tasks": 5,
         "note": f"relative gains; own {k}"}
        for k in range(50)
    ]  # fmt: skip
    read = Page(regression(facts_of(study_of(regressions=rows))))
    assert len(read.rows("table-regressions")) == 50
    assert read.text.count("term_49") == 2
    assert read.text.count("term_00") == 1
    assert f"The {DRAWN} terms" in read.text
    assert "Effective sample: 5 tasks." in read.text
    assert "Of every row: relative gains." in read.text


def test_shared_notes_are_taken_out_of_the_rows():
    common, rows = shared_notes(pd.DataFrame({"note": ["a; b", "b; c; a", "a; b"]}))
    assert common == ["a", "b"]
    assert rows["note"].tolist() == ["", "c", ""]
    assert shared_notes(pd.DataFrame({"note": ["a", None]}))[0] == []


def test_predictability_says_in_words_what_beats_what():
    shared = {
        "target": "gain",
        "predictors": "audio",
        "estimator": "ridge",
        "scheme": "leave_main_out",
        "metric": "r2",
    }
    rows = [
        shared | {"value": 0.1, "sd": 0.1, "baseline": name, "baseline_value": v}
        for name, v in (("majority", 0.0), ("random_features", 0.2))
    ]
    read = Page(predictability(facts_of(study_of(predictability=rows))))
    assert "gain, r2: audio, ridge, leave_main_out does not beat random_features." in read.text
    assert len(read.rows("table-predictability")) == 2


def test_trouble_lists_what_failed_and_what_is_missing():
    cells = [cell_row(["a/x"]), cell_row(["a/x", "b/y"], status="failed")]
    quarantine = [{"dataset": "notes", "clip": f"c{k}", "reason": "silent"} for k in range(40)]
    failures = [
        {"unit": "k1", "kind": "training", "error_type": "E", "error": "m", "traceback": "Traceback …"}
    ]
    read = Page(trouble(facts_of(study_of(cells=cells, quarantine=quarantine, failures=failures))))
    assert [row["tasks"] for row in read.rows("table-missing-cells")] == ["a/x + b/y"]
    assert len(read.rows("table-quarantine")) == 40
    assert "notes: 40" in read.text
    assert "Traceback …" in read.text
    nothing = Page(trouble(facts_of(study_of(cells=cells[:1])))).text
    assert "Nothing failed." in nothing
    assert "No clip was left out." in nothing


def test_cost_adds_up_by_cell():
    cells = [cell_row(["a/x"]), cell_row(["a/x", "b/y"])]
    trials = [
        {"cell_id": cell["cell_id"], "wall_time_s": time, "status": "done"}
        for cell, time in ((cells[0], 2.0), (cells[1], 3.0), (cells[1], 4.0), (cells[1], None))
    ]
    runs = [{"cell_id": cells[0]["cell_id"], "wall_time_s": 1.5, "status": "failed"}]
    facts = facts_of(study_of(cells=cells, trials=trials, runs=runs))
    found = by_cell(facts).set_index("tasks")
    assert found.loc["a/x + b/y", ["trials", "trial_time_s", "runs", "run_time_s"]].tolist() == [
        3,
        7.0,
        0,
        0.0,
    ]
    assert found.loc["a/x", "run_time_s"] == 1.5
    text = Page(cost(facts)).text
    assert "4 trials took 9.0 s of training, 1 run 1.5 s" in text
    assert "0 trials were pruned, 1 training failed" in text


def test_repeat_has_the_whole_study_file():
    text = Page(repeat(facts_of(study_of(config={"study": "small", "tasks": ["a/<x>"]})))).text
    assert "harness study run study.yaml" in text
    assert '"a/<x>"' in text
    assert "--data-root" not in text
    reads = {"datasets": [{"as": "esc10", "use": "folder", "path": "esc10"}]}
    assert "study.yaml --data-root DIRECTORY" in Page(repeat(facts_of(study_of(config=reads)))).text
    assert "python 3.12" in text
