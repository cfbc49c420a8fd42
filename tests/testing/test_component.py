import pytest
from pydantic import ConfigDict

from harness.api import Component, Parameters
from harness.testing import ComponentContract


class Lax(Parameters):
    model_config = ConfigDict(extra="ignore")


def contract(**fields):
    class Contract(ComponentContract):
        record = Component(**({"name": "under_test", "factory": dict, "summary": "for tests"} | fields))

    return Contract()


class TestComponent(ComponentContract):
    record = contract().record


@pytest.mark.parametrize(
    ("fields", "test", "error"),
    [
        ({"summary": ""}, "test_record_is_complete", AssertionError),
        ({"factory": "harness.api:NoSuchName"}, "test_record_is_complete", AttributeError),
        ({"parameters": Lax}, "test_unknown_parameter_is_an_error", pytest.fail.Exception),
    ],
)
def test_broken_record_is_caught(fields, test, error):
    with pytest.raises(error):
        getattr(contract(**fields), test)()
