"""The command itself: help, version, errors, exit codes, and how light it is."""

import subprocess
import sys
import time
from importlib.metadata import version

import pytest

from harness.errors import DataError, PluginError, StudyDirectoryError, StudyFileError, StudyLockedError

HEAVY = ("torch", "pandas", "numpy", "scipy", "sklearn", "ruamel", "matplotlib")


@pytest.mark.parametrize("argv", [["--help"], ["study", "run", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(argv):
    code = (
        f"import sys; from harness.cli.main import main; code = main({argv!r});"
        f"print('heavy:', [m for m in {HEAVY!r} if m in sys.modules], 'code:', code)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "heavy: [] code: 0"


def test_help_takes_little_cpu_time():
    """0.6 s on an idle machine; CPU time, because other tests may be running."""
    code = (
        "import time; from harness.cli.main import main; main(['--help']);"
        "import sys; print(time.process_time(), file=sys.stderr)"
    )
    spent = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr)
        for _ in range(3)
    ]
    assert sorted(spent)[1] < 0.6


def test_help_names_the_groups_and_exit_codes(command):
    ended = command("--help")
    assert ended.code == 0
    for word in ("study", "plugins", "Exit codes", "130 interrupted"):
        assert word in ended.out


def test_version(command):
    assert command("--version").out == f"harness {version('mtl-harness')}\n"


@pytest.mark.parametrize(
    "argv", [["studdy"], ["study", "rum"], ["study", "run"], ["study", "run", "x", "--what"]]
)
def test_wrong_command_line(command, argv):
    ended = command(*argv)
    assert ended.code == 2
    assert ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("error", "code"),
    [(StudyFileError, 2), (DataError, 3), (PluginError, 4), (StudyLockedError, 5), (StudyDirectoryError, 6)],
)
def test_errors_are_messages_with_their_exit_code(command, monkeypatch, tmp_path, error, code):
    def failing(directory):
        raise error("found this, expected that")

    monkeypatch.setattr("harness.schedule.status.study_status", failing)
    ended = command("study", "status", tmp_path)
    assert (ended.code, ended.out, ended.err) == (code, "", "found this, expected that\n")


def test_unexpected_error_says_how_to_see_the_traceback(command, monkeypatch, tmp_path):
    def failing(directory):
        raise KeyError("surprise")

    monkeypatch.setattr("harness.schedule.status.study_status", failing)
    monkeypatch.delenv("HARNESS_DEBUG", raising=False)
    ended = command("study", "status", tmp_path)
    assert ended.code == 1
    assert ended.err == "unexpected KeyError: 'surprise'\nset HARNESS_DEBUG=1 to see the traceback\n"
    monkeypatch.setenv("HARNESS_DEBUG", "1")
    assert "Traceback (most recent call last)" in command("study", "status", tmp_path).err


def test_reader_that_goes_away_is_no_error():
    """``harness plugins list | head -1`` must not end with a traceback."""
    code = "from harness.cli.main import main; import sys; sys.exit(main(['plugins', 'list', '--json']))"
    shell = f'{sys.executable} -c "{code}" | head -c 1'
    started = time.monotonic()
    ended = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=True)
    assert ended.stdout == "["
    assert ended.stderr == ""
    assert time.monotonic() - started < 60
