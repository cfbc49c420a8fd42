"""Every block of every page: commands and Python run as they stand, study files are checked, the rest is only shown."""

import pytest

from tests.docs.command_lines import mistakes
from tests.docs.markdown import ROOT, blocks, pages
from tests.docs.run_blocks import SHELLS, Page, compiled
from tests.docs.small_studies import environment
from tests.docs.study_fragments import check_yaml

RUN = (*SHELLS, "python")
SHOWN = ("text", "yaml", "json", "toml", "console")
#: How a reason not to run a block may begin.
REASONS = (
    "needs a GPU",
    "needs a cluster",
    "needs the internet",
    "needs a corpus",
    "needs a server",
    "takes minutes",
    "a part of a file",
    "installs the harness itself",
    "a test of its own",
)
ALL = {str(page.relative_to(ROOT)): page for page in pages()}
WITH_CODE = [
    name for name, page in ALL.items() if any(b.language in RUN and not b.reason for b in blocks(page))
]
WITH_YAML = [name for name, page in ALL.items() if any(b.language == "yaml" for b in blocks(page))]


@pytest.mark.parametrize("name", WITH_CODE)
def test_the_blocks_of_a_page_run(name, place, home):
    page = Page(place, environment(home, place / ".packages"))
    for block in blocks(ALL[name]):
        if block.language in RUN and not block.reason:
            page.run(block)


@pytest.mark.parametrize("name", WITH_YAML)
def test_study_files_and_parts_of_them_are_valid(name, tmp_path):
    for block in blocks(ALL[name]):
        if block.language == "yaml":
            check_yaml(block.text, tmp_path)


@pytest.mark.parametrize("name", ALL)
def test_a_block_says_what_it_is(name):
    """It has a language that is run, or one that is only shown."""
    odd = [str(b) for b in blocks(ALL[name]) if b.language not in (*RUN, *SHOWN) and b.language[:1] != "{"]
    assert not odd, f"allowed: {', '.join((*RUN, *SHOWN))}"


@pytest.mark.parametrize("name", ALL)
def test_what_is_not_run_could_be(name):
    """It has one of the known reasons; its commands exist, and its Python can be read."""
    for block in (block for block in blocks(ALL[name]) if block.reason):
        assert block.reason.startswith(REASONS), f"{block}: {block.reason}"
        if block.language in SHELLS:
            assert not mistakes(block.text), str(block)
        elif block.language == "python":
            compiled(block)
