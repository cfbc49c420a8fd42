"""One small study with kept networks for all tests of a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.export.small import kept_study


@pytest.fixture(scope="session")
def study(tmp_path_factory) -> Path:
    return kept_study(tmp_path_factory.mktemp("export"))
