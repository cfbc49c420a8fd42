"""Shell completion: the scripts are there, and what they ask is answered, without loading anything heavy."""

import os
import subprocess
import sys

import pytest

from harness.cli.completion import LEDGER, component_kinds, component_names, study_directories, study_files
from harness.plugins import KINDS
from harness.schedule import directory
from tests.cli.test_main import HEAVY


def answers(words: str, where=None) -> list[str]:
    """Ask as the bash script does, for the last word."""
    code = (
        "import sys; from harness.cli.main import main; main([]);"
        f"print('heavy:', [m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    asked = {"_HARNESS_COMPLETE": "complete_bash", "COMP_WORDS": words}
    asked["COMP_CWORD"] = str(len(words.split(" ")) - 1)
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=where, env={**os.environ, **asked}
    )
    assert ended.stderr == "heavy: []\n"
    return ended.stdout.split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_shown(command, monkeypatch, shell):
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    monkeypatch.setattr("typer.completion._get_shell_name", lambda: shell)
    shown = command("--show-completion")
    # the option takes the shell's name where none can be seen, and is a flag where one can
    shown = shown if shown.code == 0 else command("--show-completion", shell)
    assert shown.code == 0
    assert f"_HARNESS_COMPLETE=complete_{shell}" in shown.out
    assert "harness" in shown.out


def test_the_script_is_installed(tmp_path):
    """In a home of its own; typer sees the shell by the process that starts it."""
    python = f"{sys.executable} -m harness.cli.main"
    ended = subprocess.run(
        ["bash", "-c", f"{python} --install-completion; true"],
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    script = tmp_path / ".bash_completions" / "harness.sh"
    assert ended.stderr == ""
    assert "complete -o default -F _harness_completion harness" in script.read_text()
    assert str(script) in (tmp_path / ".bashrc").read_text()


def test_commands_are_answered():
    assert {"run", "status", "evaluate"} <= set(answers("harness study "))


def test_options_are_answered():
    assert "--retry-failed" in answers("harness study run --re")


def test_study_files_and_directories_are_answered(tmp_path):
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "pairs.yaml").touch()
    assert answers("harness study run st", tmp_path) == ["studies/pairs.yaml"]


def test_files_are_found_below_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in ("studies/a.yaml", "studies/deep/b.yml", "studies/c.txt", "studies/.hidden/d.yaml", "s.yaml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    assert study_files("") == ["s.yaml", "studies/a.yaml", "studies/deep/b.yml"]
    assert study_files("studies/d") == ["studies/deep/b.yml"]
    assert study_files(f"{tmp_path}/studies/a") == [f"{tmp_path}/studies/a.yaml"]
    assert study_files("nowhere/x") == []


def test_directories_with_a_ledger_are_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert LEDGER == directory.LEDGER
    for path in ("runs/one", "runs/two/inside", "other"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "runs" / "one" / LEDGER).touch()
    (tmp_path / "runs" / "two" / LEDGER).touch()
    assert study_directories("ru") == ["runs/one", "runs/two"]
    assert study_directories("runs/t") == ["runs/two"]
    assert study_directories("o") == []


def test_kinds_and_names_of_components():
    assert component_kinds("") == list(KINDS)
    assert component_kinds("mod") == ["model"]
    assert "log_mel" in component_names("log_")
