"""Links between pages and into the project's files lead somewhere, and so do the pages that code names."""

import re
import subprocess

import pytest

from tests.docs.markdown import ROOT, pages, prose

LINK = re.compile(r"\]\(([^)#\s:]*)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
NAMED = re.compile(r"(?<![\w/.-])docs/[\w/-]+\.(?:md|svg)")
ALL = {str(page.relative_to(ROOT)): page for page in [*pages(), ROOT / "CHANGELOG.md"]}


def anchors(page) -> set[str]:
    """Return the anchors of a page's headings, as a Git host and the site make them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(prose(page)))
    return {text.replace(" ", "-") for text in plain}


def broken(page) -> list[str]:
    """Return the links of a page that lead nowhere."""
    found = []
    for path, anchor in LINK.findall(prose(page)):
        target = (page.parent / path) if path else page
        if not target.exists():
            found.append(path)
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            found.append(f"{path}#{anchor}")
    return found


@pytest.mark.parametrize("name", ALL)
def test_every_link_of_a_page_leads_somewhere(name):
    assert not broken(ALL[name])


def test_a_broken_link_is_seen(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# One `two`\n[a](#one-two) [b](#two) [c](page.md#one-two) [d](no.md) [e](https://x.y/z)\n"
    )
    assert broken(page) == ["#two", "no.md"]


def test_pages_that_code_names_are_there():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a checkout: git does not say which files belong to the project")
    files = [ROOT / name for name in listed.stdout.split() if name.endswith((".py", ".yaml", ".toml"))]
    named = {
        (path.name, page)
        for path in files
        if path.is_file()
        for page in NAMED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 10
    assert not [(path, page) for path, page in sorted(named) if not (ROOT / page).is_file()]
