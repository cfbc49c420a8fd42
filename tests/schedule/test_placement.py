import pytest

from harness.config import load_study_file
from harness.errors import HarnessError
from harness.plugins import load_registry
from harness.schedule.placement import devices_here, place, resolve_engine
from tests.endtoend.corpus import write_study


@pytest.fixture
def placed(tmp_path):
    """Place a study with ``--set`` overrides on a machine with so many GPUs."""
    study = write_study(tmp_path, ("loud",), **{"compute: {workers: 1}": "compute: {}"})

    def placed(gpus: int, *overrides: str):
        return place(load_study_file(study, list(overrides)), load_registry(), lambda: gpus)

    return placed


def test_on_a_cpu_it_is_the_loop_in_a_process_a_core(placed) -> None:
    found = placed(0)
    assert (found.device, found.devices, found.engine, found.most) == ("cpu", ("cpu",), "loop", 1)
    assert found.parameters.workers is None


def test_on_gpus_it_is_populations_on_all_of_them(placed) -> None:
    found = placed(2)
    assert (found.devices, found.engine, found.most) == (("cuda:0", "cuda:1"), "population", 64)
    assert found.parameters.workers == 2


def test_slots_are_workers_a_gpu(placed) -> None:
    assert placed(2, "compute.slots=3").parameters.workers == 6
    assert placed(2, "compute.slots=3", "compute.workers=4").parameters.workers == 4
    assert placed(0, "compute.slots=3").parameters.workers is None


def test_one_gpu_of_several(placed) -> None:
    found = placed(4, "compute.device=cuda:2")
    assert (found.device, found.devices, found.parameters.workers) == ("cuda:2", ("cuda:2",), 1)


def test_the_engine_can_be_chosen(placed) -> None:
    assert placed(1, "compute.engine=loop").most == 1
    found = placed(0, "compute.engine=population", "compute.population=5")
    assert (found.engine, found.most, found.device) == ("population", 5, "cpu")


def test_the_limit_of_the_study_file_reaches_the_workers(placed) -> None:
    assert placed(0, "compute.timeout_s=7").parameters.timeout_s == 7


def test_a_gpu_that_is_not_there(placed) -> None:
    with pytest.raises(HarnessError, match=r"torch finds no CUDA device; use auto or cpu"):
        placed(0, "compute.device=cuda")
    with pytest.raises(
        HarnessError, match=r"found 'cuda:2', and torch finds 2 GPU\(s\) here.*cuda:0, cuda:1"
    ):
        placed(2, "compute.device=cuda:2")


def test_a_cluster_has_devices_of_its_own(placed) -> None:
    found = placed(2, "compute.executor={name: ray, gpus_per_unit: 0.5}")
    assert (found.device, found.devices, found.engine) == ("cuda", (), "population")
    assert placed(2, "compute.executor=ray").engine == "loop"


def test_what_auto_stands_for() -> None:
    assert resolve_engine("auto", "cuda:1") == "population"
    assert resolve_engine("auto", "cpu") == "loop"
    assert devices_here("auto", lambda: 1) == ("cuda", ("cuda:0",))
    assert devices_here("cpu", lambda: 1) == ("cpu", ("cpu",))
