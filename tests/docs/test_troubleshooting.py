"""docs/guides/troubleshooting.md: what it quotes as messages, reasons and error types is in the code."""

import ast
import re
from functools import cache

import pytest

from tests.docs.markdown import ROOT

PAGE = (ROOT / "docs" / "guides" / "troubleshooting.md").read_text(encoding="utf-8")
QUOTING = ("symptom", "reason begins with", "`error_type`", "finding", "you see")
#: What a message puts in (names, kinds, numbers, shares), and what the page leaves out.
INSERTED = re.compile(
    r"'[^']*'|\(did you mean[^)]*\)?|…|\([\d.]+%\)|\b[\d.]+%?(?=\W|$)|\bmodel\b|\(…\)|\.\.\."
)
OTHERS = {"clip", "folder"}


def quotes() -> list[str]:
    """Return the code spans of the first columns of the tables that quote."""
    found, quoting = [], False
    for line in PAGE.splitlines():
        first = line.split(" | ")[0].removeprefix("| ") if line.startswith("| ") else ""
        if not first:
            quoting = False
        elif first in QUOTING:
            quoting = True
        elif quoting and not set(first) <= set("-| "):
            found += re.findall(r"`([^`]+)`", first)
    return [quote for quote in found if not quote.startswith("--") and quote != "ModuleNotFoundError"]


def parts(quote: str) -> list[str]:
    """Return what a quote has verbatim, without what a message puts in."""
    pieces = (piece.strip(" ,;:()/") for piece in INSERTED.split(quote))
    return [piece for piece in pieces if len(piece) > 3 and piece not in OTHERS]


@cache
def texts() -> str:
    """Return every text and name in the code, each message in one line, with a mark where something is put in."""
    found: list[str] = []
    for folder in ("harness", "plugins"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    found.append("".join(getattr(part, "value", "") if isinstance(part, ast.Constant) else "\0"
                                         for part in node.values))  # fmt: skip
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.append(node.value)
                elif isinstance(node, ast.ClassDef):
                    found.append(node.name)
    return "\n".join(found)


def test_there_is_something_to_hold_to_the_code():
    assert len(quotes()) > 40
    assert parts("unknown key 'epoch' (did you mean 'epochs'?); allowed: …") == ["unknown key", "allowed"]


@pytest.mark.parametrize("quote", quotes())
def test_a_quoted_message_is_one_of_the_code(quote):
    missing = [part for part in parts(quote) if part not in texts()]
    assert not missing, f"no message of the code has {missing}"
