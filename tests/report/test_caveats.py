from harness.report.caveats import artificial, caveats
from tests.report.studies import facts_of, gain_row, pairs_study, study_of, task_row


def said(**tasks):
    return " ".join(caveats(facts_of(study_of(tasks=[task_row("a/x", **tasks)]))))


def test_a_plain_study_needs_none():
    assert said() == ""


def test_fixed_split_and_shared_speakers():
    assert "a/x: one split only" in said(n_folds=1)
    assert "a/x are not group-disjoint" in said(group_disjoint=False)
    assert said(group_disjoint=None) == ""


def test_tuning_on_the_first_fold():
    for scope, there in (("first_fold", True), ("nested", False)):
        found = " ".join(caveats(facts_of(study_of(config={"tuning": {"scope": scope}}))))
        assert ("test clips of the other folds were seen in tuning" in found) is there


def test_rendered_and_synthesised_audio_is_named():
    assert "a (rendered)" in said(licence="rendered on this machine with a GPL-2.0 SoundFont")
    assert "a (synthesised)" in said(citation="Synthesised audio: espeak-ng")
    assert artificial({"licence": "surrendered to the public", "citation": None}) == ""


def test_missing_cells_and_shared_tasks():
    found = " ".join(caveats(facts_of(pairs_study([gain_row("a/x", "b/y", 0.1)], done=1))))
    assert "2 cells are missing" in found
    assert "the 2 tasks, not the 1 gain" in found
