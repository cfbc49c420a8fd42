"""What every component's record must be."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from harness.records import Component, Parameters


class ComponentContract:
    """Base of the contracts. ``record`` is what the hook returns; ``parameters`` what a study sets."""

    record: ClassVar[Component]
    parameters: ClassVar[dict[str, Any]] = {}

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
