"""The documentation site: ``sphinx-build -W --keep-going -n -b html docs site``.

Sphinx reads the pages as they are; nothing of the harness is imported, so that the site is built without torch.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx

project = "mtl-harness"
author = "the authors of mtl-harness"
copyright = "the authors of mtl-harness, Apache-2.0"

extensions = ["myst_parser", "sphinx_copybutton"]
exclude_patterns = ["images/*.py"]
myst_heading_anchors = 4  # links to headings, as a Git host has them
myst_links_external_new_tab = True
copybutton_prompt_text = "$ "

html_theme = "furo"
html_title = "mtl-harness"
html_show_sourcelink = False

HERE = Path(__file__).parent
LINK = re.compile(r"\]\((\.\./[^)#\s]+\.md)(#[^)\s]*)?\)")
#: Pages of the site that show a Markdown file from outside this folder.
SHOWN = {"CHANGELOG.md": "reference/changelog.md", "README.md": "index.md"}


def setup(app: Sphinx) -> None:
    """Tell Sphinx what to do with a page before it is read."""
    app.connect("source-read", inside)


def inside(app: Sphinx, page: str, source: list[str]) -> None:
    """Point links to Markdown outside this folder at the pages that show it; where none does, it is a download."""
    source[0] = LINK.sub(lambda link: f"]({_target(page, link[1])}{link[2] or ''})", source[0])


def _target(page: str, link: str) -> str:
    file = (HERE / page).parent.joinpath(link).resolve()
    if file.is_relative_to(HERE):
        return link
    name = str(file.relative_to(HERE.parent))
    shown = SHOWN.get(name, f"packages/{file.parent.name}.md")
    return f"/{shown}" if (HERE / shown).is_file() else f"path:{link}"
