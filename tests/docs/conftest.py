"""What the pages' blocks run in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.docs.small_studies import small_studies


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    """Return the folder that all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "small_studies"


@pytest.fixture
def place(home, tmp_path) -> Path:
    """Return a folder of this test's own with ``studies/`` and the two small finished studies in ``runs/``."""
    return Path(shutil.copytree(small_studies(home), tmp_path / "page"))
