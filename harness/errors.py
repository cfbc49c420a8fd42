"""One small family of exceptions; every message says what was found, what is allowed, and where."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from harness.exit_codes import ExitCode


class HarnessError(Exception):
    """Base of every error that the harness raises on purpose. Shown without a traceback."""

    exit_code = ExitCode.ERROR


class StudyFileError(HarnessError):
    """The study file, or a ``--set``, is wrong. The message has one line a mistake.

    ``problems`` are the same mistakes with ``place`` (source, line, column) and ``message``.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, problems: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class UsageError(HarnessError):
    """An argument or option of a command has a value that is not allowed."""

    exit_code = ExitCode.USAGE


class DataError(HarnessError):
    """A data set cannot be used: files missing, labels missing, too few clips or groups, too many bad clips."""

    exit_code = ExitCode.DATA


class PluginError(HarnessError):
    """A plugin is broken, or a component that a study names does not exist."""

    exit_code = ExitCode.PLUGIN


class UnknownComponentError(PluginError):
    """No plugin offers a component of this kind and name."""


class StudyLockedError(HarnessError):
    """Another command is writing the same study."""

    exit_code = ExitCode.LOCKED


class StudyDirectoryError(HarnessError):
    """The output directory belongs to another study, or cannot be written."""

    exit_code = ExitCode.DIRECTORY


class TrainingError(HarnessError):
    """A training cannot go on: a non-finite loss, shapes that do not fit, a device out of memory."""


class NonFiniteLossError(TrainingError):
    """The loss of a task is NaN or infinite."""


class TrainingStopped(HarnessError):
    """A training was asked to stop before its end. It is not a failure: its checkpoint continues it."""


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` for the nearest allowed name, or an empty string."""
    near = difflib.get_close_matches(found, list(allowed), n=1, cutoff=0.5)
    return f" (did you mean {near[0]!r}?)" if near else ""


def check_choice(what: str, asked: str, allowed: Iterable[str]) -> None:
    """Refuse what is not among the allowed names.

    Raises:
        UsageError: it is not; the message has the nearest name and all that are allowed.
    """
    names = list(allowed)
    if asked not in names:
        raise UsageError(f"unknown {what} {asked!r}{did_you_mean(asked, names)}; allowed: {', '.join(names)}")
