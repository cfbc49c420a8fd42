"""How numbers are written in the report, once, so that the terminal, the tables and the figures agree."""

from __future__ import annotations

from collections.abc import Sequence

from harness.report.reading import number

NOTHING = "–"
MINUS = "\u2212"


def plain(value: object, digits: int = 3) -> str:
    """Return a number with ``digits`` decimals; large ones with four significant digits; a dash for null."""
    found = number(value)
    if found is None:
        return NOTHING
    written = f"{found:.{digits}f}" if abs(found) < 1000 else f"{found:.4g}"
    return written.replace("-", MINUS) if float(written) else written.lstrip("-")


def signed(value: object, digits: int = 3) -> str:
    """Return a number with its sign; what rounds to zero has none."""
    written = plain(value, digits)
    unsigned = written in (NOTHING,) or written.startswith(MINUS) or not float(written)
    return written if unsigned else f"+{written}"


def interval(low: object, high: object, digits: int = 3) -> str:
    """Return ``[low, high]``, or an empty string where an end is missing."""
    if number(low) is None or number(high) is None:
        return ""
    return f"[{signed(low, digits)}, {signed(high, digits)}]"


def probability(value: object) -> str:
    """Return a p or q value: three decimals, ``<.001`` below that."""
    found = number(value)
    if found is None:
        return NOTHING
    return "<.001" if found < 0.001 else f"{found:.3f}".lstrip("0") if found < 0.9995 else "1.000"


def count(n: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 task``, ``2 tasks``."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def duration(seconds: object) -> str:
    """Return a duration in s, min or h."""
    found = number(seconds)
    if found is None:
        return NOTHING
    if found < 120:
        return f"{found:.1f} s"
    return f"{found / 60:.1f} min" if found < 7200 else f"{found / 3600:.1f} h"


def listing(items: Sequence[str], last: str = "and") -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def shortened(label: str, limit: int = 24) -> str:
    """Return a label of at most ``limit`` characters; the middle gives way, the ends tell tasks apart."""
    if len(label) <= limit:
        return label
    head = (limit - 1) // 2
    return f"{label[:head]}…{label[len(label) - (limit - 1 - head) :]}"
