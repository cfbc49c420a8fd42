"""What every component's record must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from harness.records import Component, Parameters


class ComponentContract:
    """Base of the contracts. ``record`` is what the hook returns; ``parameters`` what a study sets.

    Attributes of the contract that a subclass does not set are those in the record's own ``contract``.
    ``known_failures`` maps a test that does not hold by design to the reason: it is expected to fail, and it is an
    error when it does not.
    """

    record: ClassVar[Component]
    parameters: ClassVar[dict[str, Any]] = {}
    known_failures: ClassVar[Mapping[str, str]] = {}

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
        reason = self.known_failures.get(request.function.__name__)
        if reason is not None:
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True))

    def settings(self) -> Parameters:
        """Return the checked parameters."""
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
