"""What trackers are told, when, and that none can harm a study."""

import shutil
import sqlite3

import pytest

from harness.api import Tracker
from harness.plugins import Registered, load_registry
from harness.records import TrackerRecord
from harness.seeds import derive_seed
from tests.plugins.harness_trackers.told import tell


class Noted(Tracker):
    """Notes every event."""

    events: list = []  # noqa: RUF012

    def event(self, name, payload) -> None:
        self.events.append((name, payload))


class Failing(Noted):
    """Fails at its second run."""

    events: list = []  # noqa: RUF012
    closed = 0

    def event(self, name, payload) -> None:
        super().event(name, payload)
        if [told for told, _ in self.events].count("run_done") == 2:
            raise OSError("the disk of the tracker is full")

    def close(self) -> None:
        type(self).closed += 1


@pytest.fixture(autouse=True)
def offered(monkeypatch):
    """Offer the trackers above, and one that cannot be built."""
    registry = load_registry()
    made = type(registry)(components=dict(registry.components), failures=list(registry.failures))
    for name, factory in (("noted", Noted), ("failing", Failing), ("lacking", "no_such_library:Tracker")):
        made.components["tracker", name] = Registered(
            TrackerRecord(name=name, factory=factory), "t", "t", "1"
        )
    for module in ("harness.config.load", "tests.plugins.harness_trackers.told", "tests.probes.small"):
        monkeypatch.setattr(f"{module}.load_registry", lambda: made)
    monkeypatch.setattr(Noted, "events", [])
    monkeypatch.setattr(Failing, "events", [])
    monkeypatch.setattr(Failing, "closed", 0)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("tracking")


@pytest.fixture(scope="module")
def trained(place):
    out = place / "trained"
    tell(place, out)
    return out


@pytest.fixture
def copy(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "copy")


def test_events_come_in_order_and_say_what_the_tables_say(place) -> None:
    told = tell(place, place / "fresh", "noted")
    assert told.trainings == 6
    names = [name for name, _ in Noted.events]
    assert (names[0], names[-1]) == ("study_started", "study_finished")
    assert names.count("cell_started") == 3
    begun: set = set()
    for name, payload in Noted.events:
        if name == "cell_started":
            assert payload["cell_id"] not in begun
            begun.add(payload["cell_id"])
        elif name == "run_done":
            assert payload["cell"]["cell_id"] in begun
    runs = {payload["run_id"]: payload for name, payload in Noted.events if name == "run_done"}
    assert set(runs) == set(told.study.runs.run_id)
    for row in told.runs:
        payload = runs[row["run_id"]]
        assert payload["cell"]["tasks"] == row["tasks"]
        assert (payload["fold"], payload["seed"]) == (row["fold"], row["seed"])
        assert payload["params"]["lr"] == row["params_lr"]
        assert payload["steps"] == row["steps"]
        assert len(payload["curves"]) == len(told.rows("curves", row["run_id"]))
        assert len(payload["scores"]) == len(told.rows("scores", row["run_id"]))
    last = Noted.events[-1][1]
    assert [row["main"] for row in last["gains"]] == list(told.study.gains.main)
    assert [row["gain"] for row in last["gains"]] == pytest.approx(list(told.study.gains.gain))
    assert last["report"].endswith("report.html")


def test_a_run_is_told_once(place, copy) -> None:
    tell(place, copy, "noted")
    assert [name for name, _ in Noted.events].count("run_done") == 6
    Noted.events.clear()
    tell(place, copy, "noted")
    assert "run_done" not in [name for name, _ in Noted.events]
    tell(place, copy, "{name: noted, as: another}")
    assert [name for name, _ in Noted.events].count("run_done") == 6


def test_one_that_raises_is_reported_once_and_switched_off(place, copy) -> None:
    told = tell(place, copy, "failing", "noted")
    assert told.said == ["tracker failing is switched off: OSError: the disk of the tracker is full"]
    assert [name for name, _ in Failing.events].count("run_done") == 2
    assert "study_finished" not in [name for name, _ in Failing.events]
    assert [name for name, _ in Noted.events].count("run_done") == 6
    with sqlite3.connect(copy / "ledger.sqlite") as ledger:
        [row] = ledger.execute("SELECT unit, kind, error_type, error FROM problems").fetchall()
    assert row == ("failing", "tracker", "OSError", "the disk of the tracker is full")
    Failing.events.clear()
    told = tell(
        place, copy, "failing"
    )  # it may go on where it was: five runs are left, of which it takes one
    assert [name for name, _ in Failing.events].count("run_done") == 2


def test_one_that_cannot_be_built_is_reported(place, copy) -> None:
    told = tell(place, copy, "lacking", "noted")
    assert told.said == [
        "tracker lacking is switched off: ModuleNotFoundError: No module named 'no_such_library'"
    ]
    assert [name for name, _ in Noted.events][-1] == "study_finished"


def test_a_failed_run_is_told_with_its_error(place, copy) -> None:
    spoiled = derive_seed(1, "run", 0, 1)

    def spoil(unit) -> None:
        if unit["spec"]["seed"] == spoiled and list(unit["spec"]["tasks"]) == ["tones/loud"]:
            raise ValueError("not this one")

    shutil.rmtree(copy / "tables")
    told = tell(place, copy, "noted", spoil=spoil, changes=("evaluation.seeds=2",))
    [failed] = [row for row in told.runs if row["status"] == "failed"]
    [payload] = [payload for name, payload in Noted.events if name == "run_failed"]
    assert (payload["run_id"], payload["fold"], payload["seed"]) == (failed["run_id"], 0, 1)
    assert (payload["error_type"], payload["error"]) == ("ValueError", "not this one")
    assert payload["params"]["lr"] == failed["params_lr"]
    assert "scores" not in payload
    assert [name for name, _ in Noted.events].count("run_done") == 11
