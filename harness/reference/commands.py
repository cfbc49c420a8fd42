"""docs/reference/commands.md, from the command line itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, EnumType
from pathlib import Path
from typing import Any, get_args

from typer.main import get_command

from harness.cli.main import app
from harness.reference.text import generated, table

INTRODUCTION = f"""\
# Commands

{generated("harness.reference", "the command line")}

`harness COMMAND --help` shows the same in the terminal. What a command ends with is told in
[exit codes](exit-codes.md). `harness --install-completion` lets the shell complete commands, options and names.
"""
EXAMPLE = re.compile(r"^Example: `(.+?)`\s*$", re.MULTILINE)
WORDS = {int: "integer", float: "number", str: "text", Path: "path"}


def commands() -> str:
    """Return the page as Markdown."""
    return "\n".join([INTRODUCTION, *(_section(path, command) for path, command in walk())])


def walk() -> Iterator[tuple[str, Any]]:
    """Yield every command that is not hidden, with the words that call it; groups are taken apart."""
    yield from _walk("harness", get_command(app))


def _walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, inner in command.commands.items():
        if not inner.hidden:
            yield from _walk(f"{path} {name}", inner)


def examples(command: Any) -> list[str]:
    """Return the examples in a command's help."""
    return EXAMPLE.findall(command.help or "")


def _section(path: str, command: Any) -> str:
    usage = " ".join(
        [path, *(["[OPTIONS]"] if options(command) else []), *map(placeholder, arguments(command))]
    )
    rows = [[f"`{name_of(one)}`", kind(one), default(one), one.help or ""] for one in parameters(command)]
    parts = [
        f"## `{path}`\n",
        EXAMPLE.sub("", command.help or "").strip() + "\n",
        f"```text\n{usage}\n```\n",
        table(("argument or option", "value", "default", "meaning"), rows),
        "```console\n" + "\n".join(f"$ {line}" for line in examples(command)) + "\n```\n",
    ]
    return "\n".join(parts)


def parameters(command: Any) -> list[Any]:
    """Return a command's arguments and options that are not hidden."""
    return [one for one in command.params if not getattr(one, "hidden", False)]


def arguments(command: Any) -> list[Any]:
    """Return a command's arguments."""
    return [one for one in parameters(command) if one.param_type_name == "argument"]


def options(command: Any) -> list[Any]:
    """Return a command's options."""
    return [one for one in parameters(command) if one.param_type_name == "option"]


def placeholder(one: Any) -> str:
    """Return an argument as it stands in the line of usage."""
    word = one.metavar or one.name.upper() + ("…" if one.nargs != 1 else "")
    return word if one.required else f"[{word}]"


def name_of(one: Any) -> str:
    """Return an argument's placeholder, or an option's names."""
    if one.param_type_name == "argument":
        return placeholder(one)
    return ", ".join([*one.opts, *one.secondary_opts])


def kind(one: Any) -> str:
    """Return what a parameter takes, in words; nothing for a switch."""
    annotation = one.type_descriptor.annotation
    inner = next(iter(get_args(annotation)), annotation)
    if inner is bool:
        return "switch"
    if isinstance(inner, EnumType):
        members: list[Enum] = list(inner)
        return " or ".join(f"`{member.value}`" for member in members)
    word = WORDS.get(inner, "text") + (f" ≥ {one.min}" if one.min is not None else "")
    written = f"`{one.metavar}`" if one.metavar and one.param_type_name == "option" else word
    return f"{written}, several times" if one.param_type_name == "option" and one.multiple else written


def default(one: Any) -> str:
    """Return a parameter's default as the help shows it."""
    if one.required:
        return "required"
    if isinstance(one.show_default, str):
        return one.show_default
    plain = one.default is None or one.default is False or not one.show_default
    return "" if plain else f"`{getattr(one.default, 'value', one.default)}`"
