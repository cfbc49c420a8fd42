import pytest

from harness.bases.executor import Outcome
from harness.schedule.ledger import Ledger
from harness.schedule.packs import Packs, as_unit, halves, members_of
from harness.schedule.pursuit import Pursuit
from harness.schedule.scheduler import Scheduler
from tests.schedule.fakes import FakeCell, FakeExecutor, FakeFactory, Silent, objective


def units(*keys: str) -> list[dict]:
    return [{"key": key, "shape": key[0]} for key in keys]


def filled(most: int, *keys: str) -> Packs:
    packs = Packs(most, lambda unit: None if unit["shape"] == "x" else unit["shape"])
    for unit in units(*keys):
        packs.add(unit)
    return packs


def taken(packs: Packs, idle: int = 1) -> list[list[str]]:
    found = []
    while len(packs):
        found.append([unit["key"] for unit in members_of(packs.take(idle))])
    return found


def test_equal_shapes_go_together_first_come_first_served() -> None:
    assert taken(filled(8, "b1", "a1", "b2", "a2")) == [["b1", "b2"], ["a1", "a2"]]


def test_a_pack_has_at_most_so_many_members_and_the_rest_waits_behind_the_others() -> None:
    assert taken(filled(2, "a1", "a2", "a3", "b1")) == [["a1", "a2"], ["b1"], ["a3"]]


def test_what_cannot_be_stacked_is_alone() -> None:
    assert taken(filled(8, "x1", "x2", "a1")) == [["x1"], ["x2"], ["a1"]]


def test_without_packs_everything_is_alone() -> None:
    assert taken(filled(1, "a1", "a2")) == [["a1"], ["a2"]]


def test_idle_workers_share_a_group() -> None:
    packs = filled(64, *(f"a{number}" for number in range(10)))
    assert len(members_of(packs.take(4))) == 3
    assert len(members_of(packs.take(1))) == 7


def test_a_unit_alone_is_no_pack_and_a_pack_knows_its_members() -> None:
    one, two = units("a1", "a2")
    assert as_unit([one]) is one
    pack = as_unit([one, two])
    assert pack["pack"] == [one, two]
    assert pack["key"] not in ("a1", "a2")


@pytest.mark.parametrize(("n", "sizes"), [(1, [1]), (2, [1, 1]), (5, [3, 2])])
def test_halves(n, sizes) -> None:
    assert [len(members_of(half)) for half in halves(units(*"abcde"[:n]))] == sizes


class PackExecutor(FakeExecutor):
    """Answers packs; ``deadly`` says which trainings end the worker of the pack that they are in."""

    def __init__(self, deadly=lambda unit: False, answer=objective, broken=()) -> None:
        super().__init__(answer=answer)
        self.deadly, self.broken = deadly, broken
        self.tried: list[list[str]] = []

    def _end(self, unit: dict) -> Outcome:
        members = members_of(unit)
        self.tried.append([member["key"] for member in members])
        if any(self.deadly(member) for member in members):
            return Outcome(key=unit["key"], status="lost", error_type="WorkerDied", error="gone")
        if "pack" not in unit:
            return super()._end(unit)
        results = {}
        for member in members:
            one = super()._end(member)
            results[one.key] = {"status": one.status, "result": one.result}
            if one.status != "done":
                results[one.key] |= {"error_type": one.error_type, "error": one.error, "traceback": "trace"}
        return Outcome(key=unit["key"], status="done", result={"results": results})


@pytest.fixture
def ledger(tmp_path):
    one = Ledger(tmp_path / "ledger.sqlite")
    yield one
    one.close()


def study(ledger, executor, most=8, n=3, watcher=None, stop_after=None) -> None:
    cells = [Pursuit(FakeCell(name), 0, (0,), FakeFactory(), ledger, 2) for name in "abc"[:n]]
    stopping = lambda: stop_after is not None and len(executor.tried) >= stop_after  # noqa: E731
    packs = Packs(most, lambda unit: "same")
    Scheduler(iter(cells), ledger, executor, watcher or Silent(), stopping, lambda key: None, packs).run()


def states(ledger) -> dict[str, tuple]:
    rows = ledger.query("SELECT key, status, attempts, losses, error_type FROM trainings")
    return {row["key"]: tuple(row)[1:] for row in rows}


def test_a_study_in_packs_is_the_study_without(tmp_path, ledger) -> None:
    alone = Ledger(tmp_path / "alone.sqlite")
    study(alone, PackExecutor(), most=1)
    packed = PackExecutor()
    study(ledger, packed)
    sql = "SELECT key, status, objective FROM trainings ORDER BY key"
    assert [tuple(row) for row in ledger.query(sql)] == [tuple(row) for row in alone.query(sql)]
    assert max(len(keys) for keys in packed.tried) > 2
    runs = "SELECT run_id, key FROM runs ORDER BY run_id"
    assert [tuple(row) for row in ledger.query(runs)] == [tuple(row) for row in alone.query(runs)]


def test_a_member_that_kills_its_pack_is_found_by_halving_and_it_alone_fails(ledger) -> None:
    bad = lambda unit: unit["cell"] == "b" and abs(unit["params"]["lr"] - 0.01) < 1e-9 and unit["seed"] == 0  # noqa: E731
    executor = PackExecutor(deadly=bad)
    watcher = Silent()
    study(ledger, executor, watcher=watcher)
    failed = {key: state for key, state in states(ledger).items() if state[0] != "done"}
    assert [state[0] for state in failed.values()] == ["failed"]
    [(key, (_, _, losses, error_type))] = failed.items()
    assert (losses, error_type) == (2, "WorkerDied")
    assert executor.tried.count([key]) == 2
    others = [state for other, state in states(ledger).items() if other != key]
    assert all(state[0] == "done" and state[2] == 0 for state in others)
    assert any(payload["trainings"] > 1 for name, payload in watcher.seen if name == "training_lost")


def test_a_member_that_raises_fails_by_itself(ledger) -> None:
    def answer(unit):
        return ValueError("bad") if unit["cell"] == "b" else objective(unit)

    executor = PackExecutor(answer=answer)
    study(ledger, executor)
    found = states(ledger)
    assert {state[3] for state in found.values() if state[0] == "failed"} == {"ValueError"}
    assert sum(state[0] == "failed" for state in found.values()) == 4  # the four trials of cell b
    assert all(state[1] == 1 for state in found.values())


def test_a_member_that_runs_out_of_memory_is_tried_once_more_alone(ledger) -> None:
    seen = set()

    def answer(unit):
        first = unit["key"] not in seen
        seen.add(unit["key"])
        return MemoryError("little") if first and unit["cell"] == "b" else objective(unit)

    executor = PackExecutor(answer=answer)
    study(ledger, executor)
    found = states(ledger)
    assert {state[0] for state in found.values()} == {"done"}
    again = [key for key, state in found.items() if state[2] == 1]
    assert again
    assert all([key] in executor.tried for key in again)


def test_members_that_are_lost_with_the_device_are_halved_and_the_others_kept(ledger) -> None:
    class Breaks(PackExecutor):
        def _end(self, unit):
            outcome = super()._end(unit)
            if len(self.tried) == 1:
                lost = {
                    "status": "lost",
                    "error_type": "AcceleratorError",
                    "error": "CUDA error",
                    "traceback": "t",
                }
                for key in self.tried[0][1:]:
                    outcome.result["results"][key] = lost
            return outcome

    executor = Breaks()
    study(ledger, executor)
    first = executor.tried[0]
    assert {state[0] for state in states(ledger).values()} == {"done"}
    assert sum(first[0] in keys for keys in executor.tried) == 1
    assert all(sum(key in keys for keys in executor.tried) == 2 for key in first[1:])
    assert states(ledger)[first[0]][1] == 1


@pytest.mark.parametrize("stop_after", [1, 2, 3])
def test_stopped_and_continued_it_is_the_same(tmp_path, stop_after) -> None:
    whole, parts = Ledger(tmp_path / "whole.sqlite"), Ledger(tmp_path / "parts.sqlite")
    study(whole, PackExecutor())
    first, second = PackExecutor(), PackExecutor()
    study(parts, first, stop_after=stop_after)
    study(parts, second)
    tried = [key for keys in first.tried + second.tried for key in keys]
    assert sorted(tried) == sorted(states(whole))
    assert states(whole).keys() == states(parts).keys()


def test_a_pack_that_is_lost_while_the_study_stops_stays_pending(ledger) -> None:
    executor = PackExecutor(deadly=lambda unit: True)
    study(ledger, executor, stop_after=1)
    assert {state[0] for state in states(ledger).values()} == {"pending"}
    assert {state[2] for state in states(ledger).values()} == {0}
