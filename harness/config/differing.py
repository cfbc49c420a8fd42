"""Which settings of two study files differ, by dotted keys, and what each decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Decides = Literal["results", "analysis", "nothing"]
#: Keys (and all below them) that do not decide what a training gives; the longest that fits counts.
_DECIDES: dict[str, Decides] = {
    "": "results",
    "study": "nothing",
    "compute": "nothing",
    "compute.deterministic": "results",
    "data": "nothing",
    "data.options.max_quarantine": "results",
    "data.options.silence_db": "results",
    "training.keep": "nothing",
    "training.reports": "nothing",
    "analysis": "analysis",
}
_ABSENT = object()


@dataclass(frozen=True)
class Setting:
    """A key whose values differ. ``only`` says which of the two has it, where one has not (its value is ``None``)."""

    key: str
    a: Any
    b: Any
    only: Literal["a", "b"] | None = None

    @property
    def decides(self) -> Decides:
        """What the key decides: what a training gives, what the analysis reads, or neither (where it runs)."""
        fitting = [known for known in _DECIDES if not known or f"{self.key}.".startswith(f"{known}.")]
        return _DECIDES[max(fitting, key=len)]


def differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Setting]:
    """Return the settings in which two resolved study files differ, in their order.

    Entries of a list are known by their name (``as``, or the text itself), so that ``features.log_mel.n_mels`` is the
    key of a parameter, wherever the feature stands. A list that differs in its order alone is one setting.
    """
    return list(_walk(a, b, ""))


def _walk(a: Any, b: Any, key: str) -> Iterator[Setting]:
    if a == b:
        return
    left, right = _named(a), _named(b)
    if left is None or right is None:
        yield Setting(key, a, b)
        return
    found = [setting for name in {**left, **right} for setting in _entry(left, right, name, key)]
    yield from found or [Setting(key, a, b)]  # another order


def _entry(a: Mapping[str, Any], b: Mapping[str, Any], name: str, key: str) -> Iterator[Setting]:
    below = f"{key}.{name}" if key else name
    left, right = a.get(name, _ABSENT), b.get(name, _ABSENT)
    if left is _ABSENT:
        yield Setting(below, None, right, "b")
    elif right is _ABSENT:
        yield Setting(below, left, None, "a")
    else:
        yield from _walk(left, right, below)


def _named(value: Any) -> dict[str, Any] | None:
    """Return a mapping, or a list whose entries have names of their own, by name; else ``None``."""
    if isinstance(value, Mapping):
        return dict(value)
    if not isinstance(value, list):
        return None
    given = [entry.get("as") if isinstance(entry, Mapping) else entry for entry in value]
    names = [name for name in given if isinstance(name, str)]
    known = len(set(names)) == len(given)
    return dict(zip(names, value, strict=True)) if known else None
