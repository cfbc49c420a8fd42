"""From pydantic's errors to problems: the place in the file, what was found, what is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.config.nodes import Node, Path, Problem, at, follow, label, place_of
from harness.config.schema import allowed_keys, description
from harness.errors import did_you_mean

#: What each type of pydantic error expected; ``{…}`` are the error's own bounds.
EXPECTED = {
    "int_": "an integer",
    "float_": "a number",
    "finite_number": "a finite number",
    "bool_": "true or false",
    "string_type": "text",
    "string_sub_type": "text",
    "path_type": "a path",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping (key: value)",
    "mapping_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "none_required": "null",
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "multiple_of": "a multiple of {multiple_of}",
    "too_short": "at least {min_length} entries",
    "too_long": "at most {max_length} entries",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "text that matches {pattern}",
}


def problems_of(error: ValidationError, model: type[BaseModel], tree: Node, base: Path = ()) -> list[Problem]:
    """Return one problem for each mistake that pydantic found in what stands at ``base`` of the tree."""
    found: dict[Path, list[ErrorDetails]] = {}
    for details in error.errors(include_url=False):
        found.setdefault(follow(tree, (*base, *details["loc"])), []).append(details)
    deepest = [path for path in found if not _is_branch_of(path, found, base)]
    return [problem for path in deepest for problem in _at_path(path, found[path], model, tree, base)]


def found_text(value: Any) -> str:
    """Return a value as the user wrote it, shortened."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, Mapping):
        return f"a mapping with {', '.join(map(str, value)) or 'no keys'}"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def unknown_key(key: str, allowed: Sequence[str]) -> str:
    """Return the message for a key that does not exist."""
    listing = ", ".join(allowed) or "no keys at all"
    return f"unknown key {key!r}{did_you_mean(key, allowed)}; allowed: {listing}"


def _is_branch_of(path: Path, found: Mapping[Path, list[ErrorDetails]], base: Path) -> bool:
    """Whether all errors here come from branches of a union of which another branch got further down."""
    deeper = any(len(other) > len(path) and other[: len(path)] == path for other in found)
    return deeper and all(_from_branch(details, path, base) for details in found[path])


def _from_branch(error: ErrorDetails, path: Path, base: Path) -> bool:
    """Whether the error's location goes on behind the value, which it does for a branch of a union."""
    return error["type"] != "missing" and len(base) + len(error["loc"]) > len(path)


def _at_path(
    path: Path, errors: list[ErrorDetails], model: type[BaseModel], tree: Node, base: Path
) -> list[Problem]:
    missing = [e for e in errors if e["type"] == "missing"]
    extra = [e for e in errors if e["type"] == "extra_forbidden"]
    other = [e for e in errors if e not in missing and e not in extra]
    problems = [_missing(e, path, model, tree) for e in missing]
    if extra:
        keys = allowed_keys(model, path[len(base) : -1])
        problems.append(
            Problem(place_of(tree, path, key=True), label(tree, path[:-1]) + unknown_key(str(path[-1]), keys))
        )
    if other and not (missing and all(_from_branch(e, path, base) for e in other)):
        problems.append(Problem(place_of(tree, path), label(tree, path) + _mismatch(other, path, tree)))
    return problems


def _missing(error: ErrorDetails, path: Path, model: type[BaseModel], tree: Node) -> Problem:
    key = str(error["loc"][-1])
    meaning = description(model, error["loc"])
    return Problem(
        place_of(tree, path),
        label(tree, path) + f"key {key!r} is missing{f' ({meaning})' if meaning else ''}",
    )


def _mismatch(errors: Sequence[ErrorDetails], path: Path, tree: Node) -> str:
    own = [
        e["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
        for e in errors
        if _says_all(e)
    ]
    if own:
        return "; ".join(dict.fromkeys(own))
    value = at(tree, path).plain()
    expected = " or ".join(dict.fromkeys(_expected(e) for e in errors))
    near = _near(value, errors)
    return f"found {_found(value, errors)}, expected {expected}{near}{_hint(value, errors)}"


def _says_all(error: ErrorDetails) -> bool:
    return error["type"] in ("value_error", "assertion_error")


def _expected(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind in ("literal_error", "enum"):
        return f"one of: {', '.join(_choices(error))}"
    for prefix, text in EXPECTED.items():
        if kind.startswith(prefix):
            return text.format(**context)
    return error["msg"].removeprefix("Input should be ")


def _choices(error: ErrorDetails) -> list[str]:
    text = str(error.get("ctx", {}).get("expected", ""))
    return re.findall(r"'([^']*)'", text) or [text]


def _near(value: Any, errors: Sequence[ErrorDetails]) -> str:
    if not isinstance(value, str):
        return ""
    return did_you_mean(
        value, [c for e in errors if e["type"] in ("literal_error", "enum") for c in _choices(e)]
    )


def _found(value: Any, errors: Sequence[ErrorDetails]) -> str:
    """Return the found value: of a list that is too short or long, the number of its entries."""
    if isinstance(value, list) and all(e["type"] in ("too_short", "too_long") for e in errors):
        return f"{len(value)} entries" if value else "an empty list"
    return found_text(value)


def _hint(value: Any, errors: Sequence[ErrorDetails]) -> str:
    kinds = {e["type"] for e in errors}
    if kinds <= {"string_type"} and isinstance(value, (int, float)):
        return "; write it in quotes"
    numeric = any(kind.startswith(("int_", "float_")) for kind in kinds)
    if numeric and isinstance(value, str) and re.fullmatch(r"[-+]?[0-9.]+(e[-+]?[0-9]+)?", value, re.I):
        return "; write it without quotes"
    return ""
