"""Every kind has a contract, and every component of the harness is held to its own by some test."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

from harness.kit.contracts import CONTRACTS, contract_classes
from harness.plugins import KINDS, load_registry
from harness.testing import ComponentContract

TESTS = Path(__file__).parents[1]


def test_every_kind_has_a_contract_of_its_own():
    assert set(CONTRACTS) == set(KINDS)
    assert len(set(CONTRACTS.values())) == len(KINDS)
    assert ComponentContract not in CONTRACTS.values()


def test_the_check_of_a_distribution_covers_every_component():
    registry = load_registry()
    planned = contract_classes(registry, "mtl-harness")
    own = [entry for entry in registry.all() if entry.distribution == "mtl-harness"]
    assert {(one.record.kind, one.record.name) for one in planned.values()} == {
        (entry.component.kind, entry.component.name) for entry in own
    }
    for contract in planned.values():
        assert issubclass(contract, CONTRACTS[contract.record.kind])


def test_every_component_is_held_to_its_contract_by_a_test():
    for path in TESTS.rglob("test_*.py"):
        if "Contract" in path.read_text(encoding="utf-8") and path != Path(__file__):
            importlib.import_module(".".join(("tests", *path.relative_to(TESTS).with_suffix("").parts)))
    held = {(one.record.kind, one.record.name) for one in held_by(ComponentContract)}
    own = [entry.component for entry in load_registry().all() if entry.distribution == "mtl-harness"]
    missing = sorted({(one.kind, one.name) for one in own} - held)
    assert not missing, f"no test subclasses the contract of {missing}"


def held_by(contract: type[ComponentContract]) -> Iterator[type[ComponentContract]]:
    """Yield the subclasses in the tests that have a record and are of the right kind."""
    for cls in contract.__subclasses__():
        yield from held_by(cls)
        record = getattr(cls, "record", None)
        if cls.__module__.startswith("tests.") and record and issubclass(cls, CONTRACTS.get(record.kind, ())):
            yield cls
