"""The documentation site: ``sphinx-build -W --keep-going -n -b html docs site``.

Sphinx reads the pages as they are; nothing of the harness is imported, so that the site is built without torch.
"""

project = "mtl-harness"
author = "The authors of mtl-harness"
copyright = "the authors of mtl-harness, Apache-2.0"

extensions = ["myst_parser", "sphinx_copybutton"]
exclude_patterns = ["images/*.py"]
source_suffix = {".md": "markdown"}

myst_heading_anchors = 4  # links to headings, as a Git host has them
myst_enable_extensions = ["colon_fence"]
copybutton_prompt_text = "$ "

html_theme = "furo"
html_title = "mtl-harness"
html_show_sourcelink = False
