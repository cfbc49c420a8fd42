"""Parameters of the metrics; light, because they are read when plugins are listed."""

from __future__ import annotations

from pydantic import Field

from harness.api import Parameters


class NormalClassParameters(Parameters):
    """Which class is the normal one: the first by the convention of this package's readers."""

    normal: int = Field(0, ge=0, description="place of the normal class among the task's classes, from 0")
