"""docs/reference/tables.md is what the schemas say today."""

from pathlib import Path

from harness.results.dictionary import dictionary, main
from harness.results.schemas import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "tables.md"


def test_the_page_is_current():
    hint = "run: python -m harness.results.dictionary"
    assert PAGE.read_text(encoding="utf-8") == dictionary(), hint


def test_every_column_is_explained():
    text = dictionary()
    for table in TABLES.values():
        section = text.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| `{column.name}` |" in section
            assert column.meaning


def test_it_is_written_where_asked(tmp_path):
    main([str(tmp_path / "page.md")])
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == dictionary()
