import sys

import pytest
from pydantic import ValidationError

from harness.errors import HarnessError
from harness.schedule.ray_cluster import import_ray
from harness.schedule.ray_parameters import RayParameters


@pytest.mark.parametrize(
    ("asked", "cpus", "gpus", "room"),
    [
        ({}, 8, 0, 8),
        ({"cpus_per_unit": 0.1}, 1, 0, 10),
        ({"cpus_per_unit": 2}, 7, 4, 3),
        ({"gpus_per_unit": 0.25}, 64, 2, 8),
        ({"gpus_per_unit": 0.3}, 64, 2, 6),
        ({"gpus_per_unit": 0.25}, 4, 2, 4),
        ({"gpus_per_unit": 2}, 64, 5, 2),
        ({"gpus_per_unit": 0.25}, 64, 0, 0),
        ({"cpus_per_unit": 4}, 2, 0, 0),
    ],
)
def test_room_of_a_node(asked, cpus, gpus, room) -> None:
    assert RayParameters(**asked).room(cpus, gpus) == room


def test_every_parameter_is_described() -> None:
    assert all(field.description for field in RayParameters.model_fields.values())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"address": "ray://head:10001"}, "Ray Client is not used"),
        ({"gpus_per_unit": 1.5}, "a share up to 1 or a whole number"),
        ({"cpus_per_unit": 0}, "greater than 0"),
        ({"transfer": "ftp"}, "'auto', 'shared' or 'object_store'"),
    ],
)
def test_wrong_parameters_are_explained(wrong, says) -> None:
    with pytest.raises(ValidationError, match=says):
        RayParameters(**wrong)


def test_the_device_is_what_a_unit_reserves() -> None:
    assert RayParameters().device("auto") == RayParameters().device("cpu") == "cpu"
    share = RayParameters(gpus_per_unit=0.25)
    assert share.device("auto") == share.device("cuda") == "cuda"
    for parameters, asked in ((RayParameters(), "cuda"), (share, "cpu"), (share, "cuda:1")):
        with pytest.raises(HarnessError, match="gpus_per_unit"):
            parameters.device(asked)


def test_without_ray_the_error_names_the_extra(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(HarnessError, match=r"pip install 'mtl-harness\[ray\]'"):
        import_ray()
