"""Whether the ``harness …`` commands in a text are ones that the command line has."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import typer
from pydantic import TypeAdapter
from typer.main import get_command

from harness.cli.main import app

BREAKS = set("();<>|&")
HELP = {"--help", "--version", "--install-completion", "--show-completion"}


def mistakes(text: str, *, whole: bool = True) -> list[str]:
    """Return what is wrong with the ``harness …`` commands of a shell text; nothing is run.

    ``whole=False`` lets arguments be left out, as prose does: "see `harness study run`".
    """
    return [wrong for words in commands(text) if (wrong := mistake(words, whole))]


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words behind each ``harness`` of a shell text: lines, pipes and lists are taken apart."""
    for line in text.replace("\\\n", " ").splitlines():
        if "harness" in line:
            yield from (words[at + 1 :] for words in _parts(line) if (at := _harness(words)) is not None)


def _parts(line: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.wordchars += "=,:@%+[]{}$!^"
    part: list[str] = []
    for word in lexer:
        if set(word) <= BREAKS:
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _harness(words: list[str]) -> int | None:
    """Return where the program stands: behind ``srun``, ``nohup`` or ``NAME=value``, too."""
    return next((at for at, word in enumerate(words) if word.rpartition("/")[2] == "harness"), None)


def mistake(words: list[str], whole: bool = True) -> str | None:
    """Return what is wrong with the words behind ``harness``, or nothing."""
    command, path, words = get_command(app), ["harness"], list(words)
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return f"{' '.join(path)} has no {words[0]!r}; it has {', '.join(command.commands)}"
        path.append(words.pop(0))
        command = command.commands[path[-1]]
    try:
        _check(command, words, whole)
    except Exception as error:  # typer brings its own copy of click, whose errors have no public name
        said = error.format_message() if hasattr(error, "format_message") else repr(error)
        return f"{' '.join([*path, *words])}: {said}"
    return None


def _check(command: Any, words: list[str], whole: bool) -> None:
    if HELP & set(words):
        return
    context = typer.Context(command)
    values, left, _ = command.make_parser(context).parse_args(list(words))
    if left:
        raise typer.BadParameter(f"unexpected {' '.join(left)}")
    if whole and hasattr(command, "commands"):
        raise typer.BadParameter("a command is missing")
    for parameter in command.params:
        _check_value(parameter, values.get(parameter.name), whole)


def _check_value(parameter: Any, value: object, whole: bool) -> None:
    if not value:
        if whole and parameter.required:
            raise typer.BadParameter(f"missing {parameter.name}")
        return
    variable = "$" in str(value) or str(value).isupper()  # $N, or N as a name for any number
    if not variable:
        TypeAdapter(parameter.type_descriptor.annotation).validate_python(value)
