"""Pydantic's errors in words: what was found, what is allowed, where."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError, model_validator

from harness.config.document import parse
from harness.config.explain import problems_of


class Inner(BaseModel, extra="forbid"):
    kind: Literal["one", "two"] = Field(description="which of the two")
    size: int = 1


class Model(BaseModel, extra="forbid"):
    number: float = 0.5
    whole: Annotated[int, Field(gt=0, lt=9)] = 1
    flag: bool = False
    text: str = ""
    names: tuple[str, ...] = Field((), min_length=1)
    either: Literal["auto"] | int = "auto"
    inner: dict[str, Literal["one", "two"] | Inner] = {}
    maybe: float | None = None

    @model_validator(mode="after")
    def _agree(self) -> "Model":
        if self.text == "bad":
            raise ValueError("text and number do not agree")
        return self


def explained(text: str) -> list[str]:
    import json

    tree, _ = parse(text, "f")
    with pytest.raises(ValidationError) as caught:
        Model.model_validate_json(json.dumps(tree.plain()), strict=True)
    return [str(problem) for problem in problems_of(caught.value, Model, tree)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("whole: 2.5", "f:1:8: whole: found 2.5, expected an integer"),
        ("whole: true", "f:1:8: whole: found true, expected an integer"),
        ("whole: '5'", 'f:1:8: whole: found "5", expected an integer; write it without quotes'),
        ("whole: 0", "f:1:8: whole: found 0, expected more than 0"),
        ("whole: 9", "f:1:8: whole: found 9, expected less than 9"),
        ("number: fast", 'f:1:9: number: found "fast", expected a number'),
        ("number:", "f:1:8: number: found nothing (null), expected a number"),
        ("flag: yes", 'f:1:7: flag: found "yes", expected true or false'),
        ("text: 12", "f:1:7: text: found 12, expected text; write it in quotes"),
        ("text: [a]", 'f:1:7: text: found ["a"], expected text'),
        ("names: a", 'f:1:8: names: found "a", expected a list'),
        ("names: []", "f:1:8: names: found an empty list, expected at least 1 entries"),
        ("names: [a, 1]", "f:1:12: names.1: found 1, expected text; write it in quotes"),
        ("maybe: x", 'f:1:8: maybe: found "x", expected a number'),
        ("either: some", 'f:1:9: either: found "some", expected one of: auto or an integer'),
        ("either: aut", "(did you mean 'auto'?)"),
        ("inner: {a: tow}", "expected one of: one, two or a mapping (key: value) (did you mean 'two'?)"),
        ("inner: {a: {kind: tow}}", 'f:1:19: inner.a.kind: found "tow", expected one of: one, two'),
        ("inner: {a: {size: 1}}", "f:1:12: inner.a: key 'kind' is missing (which of the two)"),
        (
            "inner: {a: {kind: one, siz: 1}}",
            "f:1:24: inner.a: unknown key 'siz' (did you mean 'size'?); allowed: kind, size",
        ),
        ("text: bad", "f:1:1: text and number do not agree"),
        ("nmber: 3", "f:1:1: unknown key 'nmber' (did you mean 'number'?); allowed: number, whole, flag"),
    ],
)
def test_each_mistake_gives_one_line(text, message):
    (found,) = explained(text)
    assert message in found


def test_long_values_are_shortened():
    (found,) = explained(f"number: {'x' * 500}")
    assert len(found) < 120


def test_several_mistakes_in_one_mapping():
    found = explained("inner: {a: {kin: one, size: big}}")
    assert len(found) == 3
