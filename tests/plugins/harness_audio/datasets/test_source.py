"""SOURCE.md: bullets, with the lines that belong to them."""

from __future__ import annotations

from harness_audio.datasets.source import read_source


def test_bullets_go_on_over_indented_lines(tmp_path):
    (tmp_path / "SOURCE.md").write_text(
        "# Corpus\n\n- Origin: somewhere\n- Licence: CC BY 4.0;\n  see\n  LICENSE.\n"
        "- Citation: A. Author: *Title*\n\nText\n"
    )
    assert read_source(tmp_path) == {
        "origin": "somewhere",
        "licence": "CC BY 4.0; see LICENSE.",
        "citation": "A. Author: *Title*",
    }


def test_no_file_no_source(tmp_path):
    assert read_source(tmp_path) == {}
