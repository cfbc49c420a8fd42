from __future__ import annotations

import pytest

from tests.data.helpers import Options


@pytest.fixture
def options(tmp_path):
    return Options(tmp_path / "cache")
