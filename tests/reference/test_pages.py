"""Every generated page is what the code says today."""

import pytest

from harness.reference.pages import PAGES, ROOT, write_pages


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_current(name):
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name](), "run: python -m harness.reference"


def test_only_what_has_changed_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "harness.reference.pages.PAGES", {"in/one.md": lambda: "one", "two.md": lambda: "two"}
    )
    assert write_pages(tmp_path) == [tmp_path / "in" / "one.md", tmp_path / "two.md"]
    (tmp_path / "two.md").write_text("edited", encoding="utf-8")
    assert write_pages(tmp_path) == [tmp_path / "two.md"]
    assert (tmp_path / "two.md").read_text(encoding="utf-8") == "two"
