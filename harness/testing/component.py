"""What every component's record must be."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from harness.records import Component, Parameters


class ComponentContract:
    """Base of the contracts. ``record`` is what the hook returns; ``parameters`` what a study sets.

    Attributes of the contract that a subclass does not set are those in the record's own ``contract``.
    ``known_failures`` maps a test that does not hold by design to the reason: it is expected to fail, and it is an
    error when it does not. ``needs`` names modules without which the component cannot be built: where one is not
    installed, its tests are skipped and say so.
    """

    record: ClassVar[Component]
    parameters: ClassVar[dict[str, Any]] = {}
    known_failures: ClassVar[Mapping[str, str]] = {}
    needs: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        record = vars(cls).get("record")
        if record is None:
            return
        for name, value in record.contract.items():
            if not hasattr(cls, name):
                raise TypeError(f"{record.kind} {record.name!r}: its contract has no attribute {name!r}")
            if name not in vars(cls):
                setattr(cls, name, value)

    @pytest.fixture(autouse=True)
    def _known(self, request: pytest.FixtureRequest) -> None:
        absent = [name for name in self.needs if find_spec(name) is None]
        if absent:
            pytest.skip(f"{', '.join(absent)} is not installed")
        reason = self.known_failures.get(request.function.__name__)
        if reason is not None:
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True))

    def settings(self) -> Parameters:
        """Return the checked parameters; skip the test where some have no default and the contract gives none."""
        fields = self.record.parameters.model_fields
        missing = [
            name for name, field in fields.items() if field.is_required() and name not in self.parameters
        ]
        if missing:
            pytest.skip(
                f"{', '.join(missing)} has no default: set parameters in the record's contract, or in a test"
            )
        return self.record.parameters(**self.parameters)

    def test_record_is_complete(self) -> None:
        assert self.record.name
        assert self.record.summary, f"{self.record.name}: the record needs a summary of one line"
        assert "\n" not in self.record.summary
        assert callable(self.record.resolve())

    def test_unknown_parameter_is_an_error(self) -> None:
        with pytest.raises(ValidationError):
            self.record.parameters(**(self.parameters | {"no_such_parameter": 1}))

    def test_parameters_survive_json(self) -> None:
        settings = self.settings()
        assert type(settings).model_validate(settings.model_dump(mode="json")) == settings

    def test_a_worker_knows_it(self) -> None:
        """Trainings run in processes of their own, which get a kind, a name and parameters as JSON."""
        from harness.plugins import load_registry
        from harness.testing.worker import described, described_by_worker

        key = (self.record.kind, self.record.name)
        entry = load_registry().components.get(key)
        if entry is None or entry.component.resolve() is not self.record.resolve():
            pytest.skip(f"no installed plugin offers this {self.record.kind}")
        parameters = self.settings().model_dump_json()
        assert described_by_worker(*key, parameters) == described(*key, parameters)
