import signal
import socket
import time

import pytest

from harness.builtins import harness_executors
from harness.errors import HarnessError
from harness.schedule.ray_parameters import RayParameters
from harness.testing import ExecutorContract
from tests.schedule.ray_clusters import add_node, cluster_of

pytest.importorskip("ray", reason="the extra ray is not installed")

from harness.schedule import ray_crew
from harness.schedule.ray_executor import RayExecutor

WORK = "tests.schedule.units_for_workers:work"


@pytest.fixture(scope="module")
def cluster():
    with cluster_of() as cluster:
        yield cluster


class TestContract(ExecutorContract):
    record = next(one for one in harness_executors() if one.name == "ray")

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _cluster(cls, cluster):
        cls.parameters = {"address": cluster.address}


@pytest.fixture
def start(cluster, tmp_path):
    started = []

    def start(**parameters) -> RayExecutor:
        asked = {"address": cluster.address, "cache_dir": str(tmp_path / "node")} | parameters
        executor = RayExecutor(RayParameters(**asked))
        started.append(executor)
        (tmp_path / "checkpoints").mkdir(exist_ok=True)
        executor.start(WORK, {"seen": str(tmp_path), "checkpoints": str(tmp_path / "checkpoints")})
        return executor

    yield start
    for executor in started:
        executor.stop(now=True)
    assert list((tmp_path / "checkpoints").iterdir()) == []


def ended(executor: RayExecutor, n: int, timeout_s: float = 60) -> dict:
    """Wait for ``n`` units to end; return the outcomes by key."""
    found: dict = {}
    until = time.monotonic() + timeout_s
    while len(found) < n:
        assert time.monotonic() < until, f"only {found}"
        found |= {o.key: o for o in executor.wait(0.2) if o.status != "started"}
    return found


def test_units_are_done_by_a_persistent_worker_known_by_node_and_pid(start) -> None:
    executor = start()
    assert executor.slots == 1
    for i in range(6):
        executor.submit({"key": str(i), "do": "it", "value": i})
    outcomes = ended(executor, 6)
    assert {key: o.result["objective"] for key, o in outcomes.items()} == {str(i): float(i) for i in range(6)}
    pids = {o.result["pid"] for o in outcomes.values()}
    assert {o.worker for o in outcomes.values()} == {f"head pid {pid}" for pid in pids}
    assert len(pids) == 1


def test_a_worker_that_dies_loses_only_its_unit_and_ray_does_not_try_again(start) -> None:
    executor = start()
    executor.submit({"key": "deadly", "do": "die once"})
    executor.submit({"key": "good", "do": "it"})
    outcomes = ended(executor, 2)
    assert (outcomes["deadly"].status, outcomes["deadly"].error_type) == ("lost", "WorkerDied")
    assert outcomes["good"].status == "done"


def test_a_broken_device_costs_the_worker_and_not_the_unit(start) -> None:
    executor = start()
    executor.submit({"key": "bad", "do": "break the gpu"})
    executor.submit({"key": "good", "do": "it"})
    outcomes = ended(executor, 2)
    assert outcomes["bad"].status == "lost"
    assert outcomes["bad"].worker != outcomes["good"].worker


def test_a_unit_that_hangs_is_ended(start) -> None:
    executor = start(timeout_s=2)
    executor.submit({"key": "slow", "do": "hang"})
    executor.submit({"key": "good", "do": "it"})
    outcomes = ended(executor, 2)
    assert (outcomes["slow"].status, outcomes["slow"].error_type) == ("lost", "WorkerTimeout")
    assert outcomes["good"].status == "done"


def test_cancel_returns_what_was_not_started(start) -> None:
    executor = start()
    for key in "abc":
        executor.submit({"key": key, "do": "it"})
    while not any(o.status == "started" for o in executor.wait(0.2)):
        pass
    assert executor.cancel() == ["b", "c"]
    assert set(ended(executor, 1)) == {"a"}


def test_a_node_with_other_versions_is_refused(start, monkeypatch) -> None:
    versions = ray_crew.versions_here()
    monkeypatch.setattr(ray_crew, "versions_here", lambda: versions | {"numerics": "0"})
    executor = start()
    executor.submit({"key": "a", "do": "it"})
    with (
        pytest.warns(RuntimeWarning, match="found numerics"),
        pytest.raises(HarnessError, match="no node is left"),
    ):
        ended(executor, 1, timeout_s=20)


def test_a_node_without_the_data_is_refused_and_the_unit_is_not_to_blame(start) -> None:
    executor = start(transfer="shared")
    executor.submit({"key": "a", "do": "it", "data": {"banks": {"tones": "/no/such/folder"}, "catalogs": {}}})
    executor._listings["/no/such/folder"] = {"features.npy": 1}
    with pytest.warns(RuntimeWarning, match="is not on this node"):
        outcome = ended(executor, 1)["a"]
    assert (outcome.status, outcome.error_type) == ("lost", "DataError")


def test_folders_travel_through_the_object_store(start, tmp_path) -> None:
    bank = tmp_path / "banks" / "b4nk"
    bank.mkdir(parents=True)
    (bank / "features.npy").write_bytes(bytes(range(256)) * 4096)
    executor = start(transfer="object_store")
    executor.submit({"key": "a", "do": "it", "data": {"banks": {"tones": str(bank)}, "catalogs": {}}})
    assert ended(executor, 1)["a"].status == "done"
    copy = tmp_path / "node" / "received" / "b4nk"
    assert (copy / "features.npy").read_bytes() == (bank / "features.npy").read_bytes()


def test_the_handlers_of_signals_stay(start) -> None:
    def own(number, frame) -> None: ...

    before = signal.signal(signal.SIGTERM, own)
    try:
        start()
        assert signal.getsignal(signal.SIGTERM) is own
    finally:
        signal.signal(signal.SIGTERM, before)


def test_no_cluster_says_how_to_start_one(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(HarnessError, match=r"no Ray cluster at '127.0.0.1:\d+' .*ray start --head"):
        RayExecutor(RayParameters(address=f"127.0.0.1:{port}")).start(WORK, {})


def test_no_room_says_what_the_nodes_have(start, monkeypatch) -> None:
    monkeypatch.setattr("harness.schedule.ray_executor.FIRST_NODE_S", 0.0)
    with pytest.raises(
        HarnessError, match=r"no node .* room for a unit of 1 CPUs and 0.5 GPUs \(.*: 1 CPUs, 0 GPUs\)"
    ):
        start(gpus_per_unit=0.5)


def test_nodes_that_join_are_used_and_nodes_that_are_lost_lose_only_their_units(start, cluster) -> None:
    executor = start()
    node = add_node(cluster, "late")
    until = time.monotonic() + 30
    while executor.slots < 2:
        assert time.monotonic() < until
        executor.wait(0.2)
    started = {}
    executor.submit({"key": "one", "do": "hang"})
    executor.submit({"key": "two", "do": "hang"})
    while len(started) < 2:
        assert time.monotonic() < until
        started |= {o.key: o.worker.split()[0] for o in executor.wait(0.2) if o.status == "started"}
    assert set(started.values()) == {"head", "late"}
    cluster.remove_node(node, allow_graceful=False)
    (lost,) = ended(executor, 1).values()
    assert (lost.status, lost.error_type) == ("lost", "NodeLost")
    assert started[lost.key] == "late"
    assert lost.worker.startswith("late pid")
