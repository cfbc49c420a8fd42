"""The site is built without a warning, and would not be with a broken link."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT

pytestmark = pytest.mark.skipif(
    not all(map(find_spec, ("sphinx", "myst_parser", "furo", "sphinx_copybutton"))),
    reason="the extra docs is not installed",
)


def build(source: Path, site: Path) -> subprocess.CompletedProcess:
    strict = ["-m", "sphinx", "-q", "-W", "--keep-going", "-n", "-b", "html"]
    return subprocess.run(
        [sys.executable, "-X", "importtime", *strict, str(source), str(site)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": ""},
    )


def test_the_site_is_built_strictly_and_without_torch(tmp_path):
    done = build(ROOT / "docs", tmp_path)
    said = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
    assert done.returncode == 0, "\n".join(said)
    assert not [line for line in done.stderr.splitlines() if line.endswith((" torch", " harness"))]
    start = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert all(heading in start for heading in ("You run studies", "You ship plugins", "You read tables"))
    assert "harness study run" in (tmp_path / "reference" / "commands.html").read_text(encoding="utf-8")
    assert (tmp_path / "packages" / "harness_audio.html").is_file()


@pytest.mark.parametrize(
    ("text", "fails"), [("[a](other.md)", True), ("[a](#nowhere)", True), ("[a](#start)", False)]
)
def test_a_broken_link_is_an_error(tmp_path, text, fails):
    shutil.copy(ROOT / "docs" / "conf.py", tmp_path)
    (tmp_path / "index.md").write_text(f"# Start\n\n{text}\n", encoding="utf-8")
    assert (build(tmp_path, tmp_path / "site").returncode != 0) is fails
