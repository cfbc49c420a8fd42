import json
import subprocess

from harness.schedule.provenance import git_state, study_id, versions


def test_versions_name_what_decides_results() -> None:
    found = json.loads(versions())
    assert {"python", "torch", "optuna", "mtl-harness"} <= set(found)
    assert "not installed" not in found.values()


def test_git_state_of_the_study_files_repository(tmp_path) -> None:
    study = tmp_path / "study.yaml"
    study.write_text("study: one")
    assert git_state(study) == (None, None)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e@e"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *arguments], check=True)
    commit, dirty = git_state(study)
    assert commit is not None
    assert (len(commit), dirty) == (40, False)
    study.write_text("study: two")
    assert git_state(study) == (commit, True)


def test_a_study_is_not_another_one_where_it_only_runs_elsewhere() -> None:
    resolved = {"study": "s", "seed": 0, "compute": {"workers": 2}, "data": {"root": "/a"}}
    elsewhere = resolved | {"compute": {"workers": 8}, "data": {"root": "/b"}}
    assert study_id("s", resolved) == study_id("s", elsewhere)
    assert study_id("s", resolved) != study_id("s", resolved | {"seed": 1})
