"""One table of exit codes: the code, the help and the page share it."""

import re
from pathlib import Path

import pytest

from harness.cli.exit_code_page import error_classes, main, page
from harness.exit_codes import ExitCode, in_a_line

HERE = Path(__file__).parents[1]
PAGE = HERE / "docs" / "reference" / "exit-codes.md"
SOURCES = [path for folder in ("harness", "plugins") for path in (HERE / folder).rglob("*.py")]


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m harness.cli.exit_code_page"


def test_every_error_class_has_a_code_of_the_table_and_is_on_the_page():
    classes = list(error_classes())
    assert len(classes) > 8
    for one in classes:
        assert isinstance(one.exit_code, ExitCode)
        row = next(line for line in page().splitlines() if line.startswith(f"| {one.exit_code.value} |"))
        assert f"`{one.__name__}`" in row


def test_no_source_has_a_number_of_its_own():
    """Neither an error class nor a command that ends with one."""
    bare = re.compile(r"exit_code = \d|typer\.Exit\(\d|sys\.exit\(\d|EXIT_\w+(, EXIT_\w+)* = \d")
    found = [f"{path}: {match[0]}" for path in SOURCES if (match := bare.search(path.read_text()))]
    assert not found


def test_the_help_shows_all(command):
    shown = " ".join(command("--help").out.split())
    for code in ExitCode:
        assert f"{code.value} {code.short}".split("(")[0].strip() in shown
    assert in_a_line().startswith("0 done, 1 ")


def test_a_code_is_a_number():
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5, 6, 10, 130]
    assert f"{ExitCode.LOCKED}" == "5"


def test_it_is_written_where_asked(tmp_path):
    main([str(tmp_path / "page.md")])
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == page()


@pytest.fixture
def command(capsys):
    from harness.cli.main import main as run

    def _command(*argv: str):
        run(list(argv))
        return capsys.readouterr()

    return _command
