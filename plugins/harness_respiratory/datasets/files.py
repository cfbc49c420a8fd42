"""Directories and text files of a corpus, with errors that name them."""

from __future__ import annotations

from pathlib import Path

from harness.api import DataError


def first_there(places: list[Path], what: str) -> Path:
    """Return the first of the files or directories that is there.

    Raises:
        DataError: none is; the message names all.
    """
    for place in places:
        if place.exists():
            return place
    raise DataError(f"{what}: none of {', '.join(map(str, places))} is there")


def read_text(path: Path) -> str:
    """Return a UTF-8 file.

    Raises:
        DataError: the file is not there, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8: {error}") from error


def read_fields(path: Path, separator: str | None = None) -> list[tuple[str, list[str]]]:
    """Return place (``file:line``) and fields of every line that is not blank.

    Raises:
        DataError: the file is not there, is not UTF-8, or has no lines.
    """
    lines = [
        (f"{path}:{number}", [field.strip() for field in line.split(separator)])
        for number, line in enumerate(read_text(path).splitlines(), start=1)
        if line.strip()
    ]
    if not lines:
        raise DataError(f"{path} is empty")
    return lines


def wav_names(directory: Path) -> dict[str, Path]:
    """Return the WAV files of a directory by name without suffix, in the order of their names.

    Raises:
        DataError: there is no such directory, or no WAV file in it.
    """
    if not directory.is_dir():
        raise DataError(f"{directory} is not a directory")
    found = {path.stem: path for path in sorted(directory.iterdir()) if path.suffix.lower() == ".wav"}
    if not found:
        raise DataError(f"{directory} has no .wav files")
    return found
