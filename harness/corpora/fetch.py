"""A published corpus brought onto this machine: downloaded, verified, unpacked, and there whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from harness.corpora.download import downloaded
from harness.corpora.unpack import free_bytes, unpack
from harness.errors import DataError
from harness.records import DatasetRecord, Download, Fetch

#: What is told while a corpus is fetched: what is done, bytes done, bytes in all.
Progress = Callable[[str, int, int], None]
RECEIPT = "fetched.json"
UNPACKED_FACTOR = 10


@dataclass(frozen=True)
class Fetching:
    """What fetching a corpus into ``to`` means: its own folder there, and the bytes that are still missing."""

    record: DatasetRecord
    fetch: Fetch
    to: Path

    @property
    def directory(self) -> Path:
        """The corpus's own folder."""
        return self.to / quote(self.record.name, safe="")

    @property
    def downloads(self) -> Path:
        """Where files are until they are unpacked."""
        return self.to / f".{quote(self.record.name, safe='')}-downloads"

    @property
    def path(self) -> str:
        """What a study file gives as ``path``, with ``to`` as data root."""
        return "/".join(part for part in (self.directory.name, self.fetch.folder) if part)

    @property
    def there(self) -> bool:
        """Whether this very corpus is there already.

        Raises:
            DataError: something else is there.
        """
        if not self.directory.exists():
            return False
        try:
            receipt = json.loads((self.directory / RECEIPT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            receipt = None
        if isinstance(receipt, dict) and receipt.get("files") == [_told(file) for file in self.fetch.files]:
            return True
        raise DataError(
            f"{self.directory} is there already and is not what would be fetched; nothing was touched. Move it away, "
            "or choose another folder with --to"
        )

    @property
    def missing_bytes(self) -> int:
        """What is still to be downloaded."""
        return sum(file.size_bytes - _there(self.downloads, file) for file in self.fetch.files)

    @property
    def needed_bytes(self) -> int:
        """The least free space: what is missing, and as much again as all files, which are unpacked beside."""
        return self.missing_bytes + self.fetch.size_bytes


def fetching(record: DatasetRecord, to: Path) -> Fetching:
    """Return what is to be done.

    Raises:
        DataError: the data set is no published corpus, has no published hashes, or the disk has too little space.
    """
    fetch = record.fetch
    if fetch is None:
        raise DataError(f"data set {record.name!r} is not a published corpus: there is nothing to fetch")
    if not fetch.files:
        raise DataError(
            f"data set {record.name!r} cannot be fetched: no hash is published that a download could be checked with. "
            f"By hand: {fetch.homepage}\n{fetch.steps}"
        )
    found = Fetching(record, fetch, to)
    if not found.there and (free := free_bytes(to)) < found.needed_bytes:
        raise DataError(
            f"{to}: {free} bytes are free; {found.needed_bytes} are needed at least, to download {record.name} "
            f"({found.missing_bytes} bytes) and to unpack it. Free some space, or choose another folder with --to"
        )
    return found


def fetch_corpus(found: Fetching, progress: Progress, *, keep_archives: bool = False) -> Path:
    """Download, verify and unpack; return the corpus's own folder.

    Raises:
        DataError: another command is at it; what :func:`~harness.corpora.download.downloaded` and
            :func:`~harness.corpora.unpack.unpack` raise.
    """
    if found.there:
        return found.directory
    _made(found.downloads)
    with _alone(found):
        archives = [_downloaded(file, found, progress) for file in found.fetch.files]
        temporary = Path(tempfile.mkdtemp(prefix=f".{found.directory.name}-", dir=found.to))
        try:
            _unpacked(archives, temporary, found, progress)
            (temporary / RECEIPT).write_text(json.dumps(_receipt(found), indent=1), encoding="utf-8")
            temporary.chmod(0o755)
            os.rename(temporary, found.directory)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        if not keep_archives:
            shutil.rmtree(found.downloads, ignore_errors=True)
    return found.directory


@contextmanager
def _alone(found: Fetching) -> Iterator[None]:
    """Keep others from fetching the same corpus into the same folder at the same time."""
    lock = FileLock(found.downloads / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise DataError(
            f"another command is fetching {found.record.name} into {found.to}; wait for it"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _downloaded(file: Download, found: Fetching, progress: Progress) -> Path:
    return downloaded(
        file, found.downloads, lambda done: progress(f"download {file.file}", done, file.size_bytes)
    )


def _unpacked(archives: list[Path], temporary: Path, found: Fetching, progress: Progress) -> None:
    left = found.fetch.unpacked_at_most or UNPACKED_FACTOR * found.fetch.size_bytes
    for file, archive in zip(found.fetch.files, archives, strict=True):
        what = f"unpack {file.file}"
        left -= unpack(
            archive,
            temporary / file.into,
            at_most=left,
            progress=lambda done, what=what: progress(what, done, 0),  # type: ignore[misc]
        )


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{folder} cannot be made: {error}; choose another folder with --to") from error


def _there(downloads: Path, file: Download) -> int:
    for path in (downloads / file.file, downloads / f"{file.file}.part"):
        if path.exists():
            return min(path.stat().st_size, file.size_bytes)
    return 0


def _told(file: Download) -> dict[str, str]:
    return {"url": file.url, "hash": file.hash}


def _receipt(found: Fetching) -> dict[str, object]:
    return {
        "dataset": found.record.name,
        "licence": found.record.licence,
        "homepage": found.fetch.homepage,
        "fetched_at_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": [_told(file) for file in found.fetch.files],
    }
