from harness.report.sections.cite import bibtex, cite
from harness.report.sections.cost import cost
from tests.report.pages import Page
from tests.report.studies import cell_row, facts_of, study_of, task_row


def test_the_entry_has_what_is_recorded_and_no_more():
    entry = bibtex(facts_of(study_of(tasks=[task_row("a/x")], cells=[cell_row(["a/x"])])))
    assert entry.startswith("@software{mtl_harness,")
    assert "version = {0.1.0}" in entry
    assert "1 of 1 cells" in entry
    assert "year" not in entry  # nothing says when it ran


def test_every_data_set_is_cited_once():
    tasks = [task_row("a/x"), task_row("a/y"), task_row("b/z", citation="Nobody & Co (2020)")]
    rows = Page(cite(facts_of(study_of(tasks=tasks)))).rows("table-datasets")
    assert [(row["data set"], row["citation"]) for row in rows] == [
        ("a", "Somebody (2026)"),
        ("b", "Nobody & Co (2020)"),
    ]


def test_trainings_that_are_trial_and_run_are_counted_once():
    shared = {"cell_id": "a/x", "fold": 0, "wall_time_s": 3.25}
    trials = [shared | {"number": 0}, shared | {"number": 1, "wall_time_s": 10.0}]
    runs = [shared | {"seed": 0}, shared | {"seed": 1, "wall_time_s": 4.0}]
    text = Page(cost(facts_of(study_of(cells=[cell_row(["a/x"])], trials=trials, runs=runs)))).text
    assert "1 run is the best trial's own training, reused" in text
    assert "all trainings together took 17.2 s" in text
