"""The exit codes of the command line: number, name and meaning, once for the code, the help and the documentation."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command ended with. ``short`` is its entry in ``harness --help``, ``meaning`` that in the reference."""

    short: str
    meaning: str

    def __new__(cls, number: int, short: str, meaning: str) -> ExitCode:
        member = int.__new__(cls, number)
        member._value_ = number
        member.short, member.meaning = short, meaning
        return member

    DONE = 0, "done", "everything that was asked for is done, and nothing failed"
    ERROR = (
        1,
        "unexpected error",
        "an error that has no code of its own; `HARNESS_DEBUG=1` shows its traceback. `harness doctor` ends with it"
        " where something stops a study",
    )
    USAGE = 2, "wrong command line or study file", "the command line, the study file or a `--set` is wrong"
    DATA = 3, "data", "data cannot be used: files or labels are missing, or too many clips are bad"
    PLUGIN = 4, "plugins", "a plugin is broken, or a component that was asked for does not exist"
    LOCKED = 5, "another command is writing the study", "another command is writing the same study"
    DIRECTORY = (
        6,
        "output directory",
        "the directory is no study's, belongs to another study, or cannot be written (a full disk)",
    )
    FAILED_TRAININGS = (
        10,
        "done but some trainings failed",
        "the study is complete, and some trainings failed: the table `failures` says why",
    )
    INTERRUPTED = (
        130,
        "interrupted (run the same command again to go on)",
        "interrupted: nothing that was finished is lost, and the same command again goes on",
    )


def in_a_line() -> str:
    """Return all codes as one sentence, as the help shows them."""
    return ", ".join(f"{code.value} {code.short}" for code in ExitCode)
