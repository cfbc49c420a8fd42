"""What the pages' blocks run in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.docs.small_studies import shared_home, small_studies


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    """Return the folder that all processes of this test run share."""
    return shared_home(tmp_path_factory)


@pytest.fixture
def place(home, tmp_path) -> Path:
    """Return a folder of this test's own with ``studies/`` and the two small finished studies in ``runs/``."""
    return Path(shutil.copytree(small_studies(home), tmp_path / "page"))
