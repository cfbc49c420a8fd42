import pytest

from tests.plugins.harness_trackers.told import tell


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("trackers")


@pytest.fixture(scope="session")
def trained(place):
    """The directory of a study that was trained without trackers."""
    out = place / "trained"
    assert tell(place, out).trainings == 6  # 2 tasks and their pair, 2 folds
    return out
