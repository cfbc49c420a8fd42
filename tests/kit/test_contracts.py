"""Which contract each component of a package gets, and failures that are known."""

from __future__ import annotations

import pytest

from harness.api import AugmentationRecord, ModelRecord, OptimizerRecord
from harness.errors import PluginError
from harness.kit.contracts import contract_classes
from harness.plugins import PluginFailure, Registered, Registry
from harness.testing import AugmentationContract, ModelContract, OptimizerContract


def registry(*records, failures=()) -> Registry:
    found = {(one.kind, one.name): Registered(one, "mine", "My_Plugin", "1") for one in records}
    return Registry(components=found, failures=list(failures))


MODEL = ModelRecord(name="net", factory="x:Y", contract={"input_shapes": ((1, 8, 9),)})


def test_every_component_has_the_contract_of_its_kind():
    records = (
        MODEL,
        AugmentationRecord(name="flip", factory="x:Y"),
        OptimizerRecord(name="best", factory="x:Y"),
    )
    found = contract_classes(registry(*records), "my-plugin")
    assert issubclass(found["Test_model_net"], ModelContract)
    assert issubclass(found["Test_augmentation_flip"], AugmentationContract)
    assert issubclass(found["Test_optimizer_best"], OptimizerContract)


def test_the_records_own_contract_sets_its_attributes():
    assert contract_classes(registry(MODEL), "my-plugin")["Test_model_net"].input_shapes == ((1, 8, 9),)

    class Other(ModelContract):
        record = MODEL
        input_shapes = ((2, 3, 4),)

    assert Other.input_shapes == ((2, 3, 4),)


def test_an_attribute_that_no_contract_has_is_an_error():
    with pytest.raises(TypeError, match="model 'net': its contract has no attribute 'shapes'"):
        contract_classes(
            registry(ModelRecord(name="net", factory="x:Y", contract={"shapes": 1})), "my-plugin"
        )


def test_a_distribution_that_is_not_there_and_one_that_does_not_load():
    with pytest.raises(
        PluginError, match=r"no plugin of distribution 'my-plugim' \(did you mean 'My_Plugin'"
    ):
        contract_classes(registry(MODEL), "my-plugim")
    failure = PluginFailure("other", "other-plugin", "1", "ImportError: x", "")
    with pytest.raises(PluginError, match="other-plugin does not load: ImportError: x"):
        contract_classes(registry(MODEL, failures=[failure]), "other-plugin")
