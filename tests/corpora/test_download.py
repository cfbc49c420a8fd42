"""Files come whole, with their published hash, also over a line that breaks."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from harness.corpora.download import CHUNK, downloaded
from harness.errors import DataError
from harness.records import Download

DATA = bytes(range(256)) * 4000


def published(served, data: bytes = DATA, algorithm: str = "sha256", **changed) -> Download:
    served.files["a.zip"] = data
    values = {
        "url": served.url("a.zip"),
        "hash": f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}",
        "hash_source": "the test",
        "size_bytes": len(data),
    }
    return Download(**(values | changed))


def get(file: Download, folder: Path, **options) -> tuple[Path, list[int]]:
    told: list[int] = []
    return downloaded(file, folder, told.append, **({"wait_s": 0.0} | options)), told


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_a_file_comes_whole_and_progress_is_told(served, tmp_path, algorithm) -> None:
    path, told = get(published(served, algorithm=algorithm), tmp_path)
    assert path == tmp_path / "a.zip"
    assert path.read_bytes() == DATA
    assert told[-1] == len(DATA)
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


def test_what_is_there_is_not_downloaded_again(served, tmp_path) -> None:
    file = published(served)
    get(file, tmp_path)
    get(file, tmp_path)
    assert len(served.asked) == 1


def test_a_transfer_that_is_cut_off_goes_on_where_it_ended(served, tmp_path) -> None:
    file = published(served)
    served.cut = [4 * CHUNK, 6 * CHUNK + 100]  # what is less than a chunk is asked for again
    path, _ = get(file, tmp_path)
    assert path.read_bytes() == DATA
    first, *later = served.asked
    assert first is None
    assert [int(one.removeprefix("bytes=").rstrip("-")) for one in later] == [4 * CHUNK, 10 * CHUNK]


def test_a_later_command_goes_on_from_what_is_kept(served, tmp_path) -> None:
    file = published(served)
    served.cut = [4 * CHUNK]
    with pytest.raises(DataError, match=r"262144 of 1024000 bytes there .* the same command goes on"):
        get(file, tmp_path, attempts=1)
    assert (tmp_path / "a.zip.part").stat().st_size == 4 * CHUNK
    path, _ = get(file, tmp_path)
    assert path.read_bytes() == DATA
    assert served.asked == [None, "bytes=262144-"]


def test_a_server_without_ranges_sends_all_again(served, tmp_path) -> None:
    file = published(served)
    served.cut, served.ranges = [300_000], False
    path, _ = get(file, tmp_path)
    assert path.read_bytes() == DATA


def test_a_part_that_is_longer_than_the_file_is_thrown_away(served, tmp_path) -> None:
    file = published(served)
    (tmp_path / "a.zip.part").write_bytes(DATA + b"more")
    path, _ = get(file, tmp_path)
    assert path.read_bytes() == DATA


def test_a_wrong_hash_is_an_error_and_the_file_is_set_aside(served, tmp_path) -> None:
    file = published(served, hash="md5:" + "0" * 32)
    with pytest.raises(
        DataError, match=r"published is 0{32} .* \(by the test\).* set aside as .*a\.zip\.wrong"
    ):
        get(file, tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip.wrong"]


def test_more_bytes_than_stated_are_not_taken(served, tmp_path) -> None:
    file = published(served, size_bytes=1000)
    with pytest.raises(DataError, match="published is"):
        get(file, tmp_path)
    assert (tmp_path / "a.zip.wrong").stat().st_size < len(DATA)


def test_a_file_that_is_not_there_is_not_asked_for_again(served, tmp_path) -> None:
    file = published(served, url=served.url("gone.zip"))
    with pytest.raises(DataError, match="404"):
        get(file, tmp_path)
    assert len(served.asked) == 1


def test_no_server_is_an_error_that_names_the_address(tmp_path) -> None:
    file = Download(url="http://127.0.0.1:9/a.zip", hash="md5:0", hash_source="the test", size_bytes=1)
    with pytest.raises(DataError, match=r"127\.0\.0\.1:9/a\.zip: cut off 2 times"):
        get(file, tmp_path, attempts=2)


def test_a_busy_server_is_asked_again(served, tmp_path) -> None:
    file = published(served)
    served.answers = [503, 429]
    assert get(file, tmp_path)[0].read_bytes() == DATA
    assert len(served.asked) == 3
