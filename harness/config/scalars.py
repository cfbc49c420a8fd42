"""From the text of a YAML scalar to a value, by its tag."""

from __future__ import annotations

PREFIX = "tag:yaml.org,2002:"
#: Dates stay text: no key of a study file is a date.
TEXT_TAGS = ("str", "timestamp", "value")


def scalar(tag: str, text: str) -> str | int | float | bool | None:
    """Return the value of a scalar.

    Raises:
        ValueError: for a tag that a study file may not have, or text that does not fit its tag.
    """
    kind = tag.removeprefix(PREFIX)
    if kind in TEXT_TAGS:
        return text
    if kind == "null":
        return None
    if kind == "bool":
        return _boolean(text)
    if kind in ("int", "float"):
        return _number(kind, text)
    raise ValueError(
        f"found the tag {tag if not tag.startswith(PREFIX) else '!!' + kind}; a study file has no tags"
    )


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"found {text!r}, expected true or false")
    return text.lower() == "true"


def _number(kind: str, text: str) -> int | float:
    digits = text.replace("_", "")
    try:
        return _integer(digits) if kind == "int" else _real(digits)
    except ValueError:
        raise ValueError(f"found {text!r}, expected a number; quote it if it is text") from None


def _integer(digits: str) -> int:
    based = digits.lstrip("+-")[:2].lower() in ("0x", "0o", "0b")
    return int(digits, 0) if based else int(digits)


def _real(digits: str) -> float:
    unsigned = digits.lstrip("+-").lower()
    return float(digits.replace(".", "", 1)) if unsigned in (".inf", ".nan") else float(digits)
