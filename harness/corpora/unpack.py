"""Archives unpacked without trust: nothing outside the folder, no links, no devices, no more than was stated."""

from __future__ import annotations

import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, NamedTuple

from harness.errors import DataError

#: Told how many bytes were unpacked.
Progress = Callable[[int], None]
CHUNK = 2**20
#: What the standard library raises where an archive is damaged, encrypted, or packed in an unknown way.
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    NotImplementedError,
)


class Member(NamedTuple):
    """A file of an archive: its name, and how to open it; ``None`` for a folder."""

    name: str
    open: Callable[[], IO[bytes]] | None


def unpack(archive: Path, folder: Path, *, at_most: int, progress: Progress = lambda done: None) -> int:
    """Unpack a ZIP or tar archive into ``folder`` and return the bytes written; any other file is copied there.

    Raises:
        DataError: a damaged archive; a name that leads out of the folder; a link or a device; a file twice; more than
            ``at_most`` bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    with _explained(archive):
        for member in _members(archive):
            target = _target(archive, folder, member.name)
            if member.open is None:
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with member.open() as source, target.open("xb") as out:
                for block in iter(lambda: source.read(CHUNK), b""):
                    written += len(block)
                    if written > at_most:
                        raise DataError(
                            f"{archive}: more than {at_most} bytes come out of it, which is the most that is allowed; "
                            "it is not what it says it is"
                        )
                    out.write(block)
                    progress(written)
    return written


def _members(archive: Path) -> Iterator[Member]:
    if zipfile.is_zipfile(archive):
        return _of_zip(archive)
    if tarfile.is_tarfile(archive):
        return _of_tar(archive)
    return iter([Member(archive.name, lambda: archive.open("rb"))])


def _of_zip(archive: Path) -> Iterator[Member]:
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            mode = stat.S_IFMT(info.external_attr >> 16)
            if mode not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _no_file(archive, info.filename)
            yield Member(info.filename, None if info.is_dir() else partial(opened.open, info))


def _of_tar(archive: Path) -> Iterator[Member]:
    with tarfile.open(archive) as opened:
        for info in opened:
            if not (info.isfile() or info.isdir()):
                raise _no_file(archive, info.name)
            yield Member(info.name, None if info.isdir() else partial(_reader, opened, info))


def _reader(opened: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    reader = opened.extractfile(info)
    assert reader is not None
    return reader


def _no_file(archive: Path, name: str) -> DataError:
    return DataError(
        f"{archive}: {name!r} is a link or a device; an archive of a corpus holds files and folders alone"
    )


def _target(archive: Path, folder: Path, name: str) -> Path:
    """Return where a member goes; its name must stay in the folder on any system."""
    pure, windows = PurePosixPath(name), PureWindowsPath(name)
    if pure.is_absolute() or windows.drive or windows.root or ".." in windows.parts or "\0" in name:
        raise DataError(f"{archive}: {name!r} leads out of the folder that it is unpacked into")
    return folder / pure


@contextmanager
def _explained(archive: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise DataError(f"{archive}: {error.filename} is in it twice") from error
    except OSError as error:
        raise DataError(f"{archive} cannot be unpacked: {error}") from error
    except _DAMAGED as error:
        raise DataError(f"{archive} is damaged, or of a kind that is not known: {error}") from error


def free_bytes(folder: Path) -> int:
    """Return the free space where ``folder`` is, or will be."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free
