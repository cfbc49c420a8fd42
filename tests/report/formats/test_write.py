"""``harness study report``: one study in every format."""

import re
from xml.etree import ElementTree

import pytest

from harness.cli.main import main
from harness.errors import DataError, UsageError
from harness.report.formats.browser import BrowserError, find_browser
from harness.report.formats.pdf import unfolded
from harness.report.formats.write import write_format
from harness.results.writers import write_tables
from tests.report.studies import gain_row, pairs_study


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    directory = tmp_path_factory.mktemp("study")
    tables = dict(pairs_study([gain_row("x/a", "x/b", 0.02), gain_row("x/b", "x/a", -0.01)], done=2).tables)
    tables["cells"].loc[2, "status"] = "failed"
    write_tables(directory, tables)
    return directory


@pytest.mark.parametrize("format_", ["html", "md"])
def test_the_first_line_counts_the_cells(directory, format_, tmp_path, capsys):
    out = tmp_path / f"mine.{format_}"
    assert main(["study", "report", str(directory), "--format", format_, "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert "2 of 3 cells" in out.read_text(encoding="utf-8").splitlines()[0]
    assert not [path for path in tmp_path.iterdir() if "partial" in path.name]


def test_a_report_as_markdown_has_its_tables_and_figures(directory, tmp_path):
    text = write_format(directory, "md", tmp_path / "r.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| x/a | x/b |"))
    assert "+0.020" in row
    assert not re.search(r"</?(script|style|svg|div|span|button|img|data|details)\b", text)
    links = re.findall(r"!\[[^\]\n]+\]\(r_figures/([0-9]{2}_[a-z0-9_]+\.svg)\)", text)
    assert links
    assert links == sorted(path.name for path in (tmp_path / "r_figures").iterdir())
    for name in links:
        ElementTree.parse(tmp_path / "r_figures" / name)


def test_a_report_in_print(directory, tmp_path):
    try:
        find_browser()
    except BrowserError as error:
        pytest.skip(str(error))
    path = write_format(directory, "pdf", tmp_path / "report.pdf")
    found = path.read_bytes()
    assert found.startswith(b"%PDF-")
    assert re.search(rb"/Type\s*/Page\b", found)
    title = re.search(rb"/Title \((.*?)\)|/Title <([0-9A-F]+)>", found)
    said = title.group(1) or bytes.fromhex(title.group(2).decode())
    assert b"2 of 3 cells" in said.replace(b"\x00", b"")
    assert [file.name for file in tmp_path.iterdir()] == ["report.pdf"]


def test_a_report_without_a_name_is_the_studys(directory):
    assert write_format(directory, "md") == directory / "report.md"
    assert write_format(directory) == directory / "report.html"


def test_nothing_is_folded_on_paper():
    assert unfolded('<details class="a"><details open>') == '<details open class="a"><details open>'


def test_mistakes_are_said(directory, tmp_path):
    with pytest.raises(
        UsageError, match=r"unknown format 'mdd' \(did you mean 'md'\?\); allowed: html, pdf, md"
    ):
        write_format(directory, "mdd")
    with pytest.raises(DataError, match="is a directory"):
        write_format(directory, "md", tmp_path)
    with pytest.raises(DataError, match="is no directory"):
        write_format(directory, "md", tmp_path / "no" / "r.md")
