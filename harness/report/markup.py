"""HTML by small functions that escape whatever is not HTML already, and close every tag that they open."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

VOID = frozenset({"meta", "br", "hr", "link", "img", "input", "col"})
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


class Html(str):
    """Text that is HTML already and is not escaped again."""

    __slots__ = ()


Content = str | int | float | None | Iterable[Any]


def escape(text: object) -> Html:
    """Return text as HTML: markup characters escaped, characters that HTML forbids replaced."""
    return text if isinstance(text, Html) else Html(html.escape(FORBIDDEN.sub("\ufffd", str(text))))


def join(*content: Content) -> Html:
    """Return the contents one after the other; ``None`` is nothing, iterables are walked through."""
    return Html("".join(_flat(content)))


def tag(name: str, /, *content: Content, **attributes: object) -> Html:
    """Return an element. ``class_`` is ``class``, ``data_value`` is ``data-value``.

    Attributes that are ``None`` or ``False`` are left out; ``True`` ones have no value.
    """
    opened = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Html(opened) if name in VOID else Html(f"{opened}{join(*content)}</{name}>")


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


def _flat(content: Iterable[Any]) -> Iterable[str]:
    for item in content:
        if isinstance(item, str):
            yield escape(item)
        elif isinstance(item, Iterable):
            yield from _flat(item)
        elif item is not None:
            yield escape(item)
