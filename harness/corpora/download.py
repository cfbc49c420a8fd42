"""One file of a corpus by pooch, with its published hash; a transfer that was cut off goes on where it ended."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import DataError
from harness.records import Download

if TYPE_CHECKING:
    import requests

#: Told how many bytes of a file are there.
Progress = Callable[[int], None]

ATTEMPTS = 5
WAIT_S = 2.0
TIMEOUT_S = 60.0
CHUNK = 2**16
#: Answers of a server that may be better later.
_BUSY = (429, 500, 502, 503, 504)
#: No archive has another coding on its way: a range is one of the file's own bytes.
_PLAIN = {"Accept-Encoding": "identity"}


def downloaded(
    file: Download, folder: Path, progress: Progress, *, attempts: int = ATTEMPTS, wait_s: float = WAIT_S
) -> Path:
    """Return the file in ``folder``, downloaded if it is not there yet, its hash being the published one.

    What was downloaded before is kept in ``<name>.part``, and the transfer continues there.

    Raises:
        DataError: the server cannot be reached or says no; or the hash is another one, and then the file is set aside
            as ``<name>.wrong``.
    """
    import pooch

    resuming = Resuming(file, folder, progress, attempts=attempts, wait_s=wait_s)
    pooch.get_logger().setLevel("ERROR")
    try:
        return Path(pooch.retrieve(file.url, file.hash, fname=file.file, path=folder, downloader=resuming))
    except OSError as error:
        raise DataError(f"{folder / file.file} cannot be written: {error}") from error


class Resuming:
    """A downloader for pooch that asks for what is missing of ``<name>.part``, again where the transfer is cut off."""

    def __init__(
        self, file: Download, folder: Path, progress: Progress, *, attempts: int, wait_s: float
    ) -> None:
        self.file, self.progress, self.attempts, self.wait_s = file, progress, attempts, wait_s
        self.part = folder / f"{file.file}.part"

    def __call__(self, url: str, output_file: str, pooch: Any, check_only: bool = False) -> None:
        """Download the whole file to ``output_file``."""
        self._complete(url)
        _check_hash(self.file, self.part)
        os.replace(self.part, output_file)

    def _complete(self, url: str) -> None:
        import requests

        for attempt in range(self.attempts):
            if attempt:
                time.sleep(self.wait_s * attempt)
            try:
                self._go_on(url)
            except requests.HTTPError as error:
                if error.response is None or error.response.status_code not in _BUSY:
                    raise DataError(f"{url}: the server says {error}; see whether it has moved") from error
                last: Exception = error
            except (requests.RequestException, ConnectionError) as error:
                last = error
            else:
                if self._there() >= self.file.size_bytes:
                    return
                last = ConnectionError("the transfer ended early")
        raise DataError(
            f"{url}: cut off {self.attempts} times, with {self._there()} of {self.file.size_bytes} bytes there "
            f"({last}). What is there is kept: the same command goes on from it"
        )

    def _go_on(self, url: str) -> None:
        import requests

        start = self._there()
        if start == self.file.size_bytes:
            return
        headers = _PLAIN | ({"Range": f"bytes={start}-"} if start else {})
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_S) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                self.part.unlink()  # it is longer than the file
                raise ConnectionError("what is there does not belong to this file")
            response.raise_for_status()
            self._append(response, start if _continues(response, start) else 0)

    def _append(self, response: requests.Response, start: int) -> None:
        """Write what comes after ``start`` bytes; more than the file's stated size is not taken."""
        with self.part.open("r+b" if start else "wb") as out:
            out.seek(start)
            out.truncate()
            for chunk in response.iter_content(CHUNK):
                out.write(chunk)
                self.progress(out.tell())
                if out.tell() > self.file.size_bytes:
                    return

    def _there(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0


def _continues(response: requests.Response, start: int) -> bool:
    """Return whether the answer begins at ``start``; a server without ranges sends the whole file again."""
    if response.status_code != 206:
        return False
    return response.headers.get("Content-Range", "").startswith(f"bytes {start}-")


def _check_hash(file: Download, path: Path) -> None:
    """Raise, and set the file aside, where it is not the published one."""
    import pooch

    algorithm, _, wanted = file.hash.partition(":")
    found = pooch.file_hash(str(path), alg=algorithm)
    if found == wanted:
        return
    aside = path.with_suffix(".wrong")
    size = path.stat().st_size
    os.replace(path, aside)
    raise DataError(
        f"{file.url}: {algorithm} {found} of {size} bytes; published is {wanted} of {file.size_bytes} bytes (by "
        f"{file.hash_source}). The file is set aside as {aside} and is not unpacked. The same command starts anew; if "
        "the hash is wrong again, the publisher has changed the file: tell whoever offers the data set"
    )
