"""Parameters in words."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from harness.api import ModelRecord, Parameters
from harness.cli.parameters import parameter_rows


class Nested(Parameters):
    a: int = 1
    b: str = ""


class Many(Parameters):
    width: int = Field(8, ge=1, le=64, description="channels")
    rate: float | None = Field(None, gt=0)
    path: Path
    kind: Literal["a", "b"] = "a"
    pair: tuple[float, int] = (0.5, 1)
    names: list[str] = Field(default_factory=list, min_length=1)
    weights: dict[str, float] = Field(default_factory=dict)
    either: Literal["auto"] | int = "auto"
    nested: Nested = Nested()
    flag: bool = False


def test_rows():
    rows = {row["name"]: row for row in parameter_rows(ModelRecord(name="m", factory="x:Y", parameters=Many))}
    assert rows["width"] == {
        "name": "width",
        "type": "integer ≥ 1 ≤ 64",
        "default": 8,
        "required": False,
        "description": "channels",
    }
    assert rows["path"]["required"]
    assert "default" not in rows["path"]
    assert {name: row["type"] for name, row in rows.items()} == {
        "width": "integer ≥ 1 ≤ 64",
        "rate": "number > 0 or null",
        "path": "text",
        "kind": '"a" or "b"',
        "pair": "[number, integer]",
        "names": "list of text at least 1 entries",
        "weights": "mapping of name to number",
        "either": '"auto" or integer',
        "nested": "mapping with a, b",
        "flag": "boolean",
    }
