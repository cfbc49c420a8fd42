"""A corpus is there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from harness.corpora import fetch as module
from harness.corpora.fetch import fetch_corpus, fetching
from harness.errors import DataError
from harness.records import DatasetRecord, Download, Fetch
from tests.corpora.test_unpack import zipped


def quiet(what: str, done: int, total: int) -> None:
    """Tell nothing."""


@pytest.fixture
def record(served, tmp_path) -> DatasetRecord:
    """A corpus of two archives, the second of which goes into a folder of its own."""
    files = []
    for name, content, into in (("a.zip", {"top/a.wav": b"a"}, ""), ("b.zip", {"b.wav": b"b"}, "more")):
        data = zipped(tmp_path / name, content).read_bytes()
        served.files[name] = data
        md5 = hashlib.md5(data).hexdigest()
        files.append(
            Download(
                url=served.url(name),
                hash=f"md5:{md5}",
                hash_source="the test",
                size_bytes=len(data),
                into=into,
            )
        )
    fetch = Fetch(homepage="https://example.org", files=tuple(files), folder="top")
    return DatasetRecord(name="birds", factory="nowhere:Birds", licence="CC0", fetch=fetch)


def test_a_corpus_is_downloaded_and_unpacked(record, tmp_path) -> None:
    told = []
    found = fetching(record, tmp_path / "data")
    directory = fetch_corpus(found, lambda *what: told.append(what))
    assert directory == tmp_path / "data" / "birds"
    assert (directory / "top" / "a.wav").read_bytes() == b"a"
    assert (directory / "more" / "b.wav").read_bytes() == b"b"
    assert json.loads((directory / "fetched.json").read_text())["licence"] == "CC0"
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["birds"]
    assert found.path == "birds/top"
    assert ("download a.zip", *2 * (record.fetch.files[0].size_bytes,)) in told


def test_what_is_there_is_left_alone(record, served, tmp_path) -> None:
    fetch_corpus(fetching(record, tmp_path / "data"), quiet)
    asked = len(served.asked)
    assert fetching(record, tmp_path / "data").there
    fetch_corpus(fetching(record, tmp_path / "data"), quiet)
    assert len(served.asked) == asked


def test_two_commands_do_not_write_the_same_files(record, tmp_path) -> None:
    found = fetching(record, tmp_path / "data")
    found.downloads.mkdir(parents=True)
    with (
        FileLock(found.downloads / "lock"),
        pytest.raises(DataError, match="another command is fetching birds"),
    ):
        fetch_corpus(found, quiet)


def test_archives_stay_on_request(record, tmp_path) -> None:
    found = fetching(record, tmp_path / "data")
    fetch_corpus(found, quiet, keep_archives=True)
    assert sorted(path.name for path in found.downloads.iterdir()) == ["a.zip", "b.zip", "lock"]


def test_a_folder_of_somebody_else_is_not_touched(record, tmp_path) -> None:
    (tmp_path / "birds").mkdir()
    (tmp_path / "birds" / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="is there already and is not what would be fetched"):
        fetching(record, tmp_path)
    assert (tmp_path / "birds" / "mine.txt").read_text() == "mine"


def test_a_bad_archive_leaves_nothing_behind(record, served, tmp_path) -> None:
    data = zipped(tmp_path / "evil.zip", {"fine.wav": b"x", "../evil": b"x"}).read_bytes()
    served.files["evil.zip"] = data
    evil = Download(
        url=served.url("evil.zip"),
        hash=f"sha256:{hashlib.sha256(data).hexdigest()}",
        hash_source="the test",
        size_bytes=len(data),
    )
    bad = replace(record, fetch=replace(record.fetch, files=(record.fetch.files[0], evil)))
    with pytest.raises(DataError, match="leads out"):
        fetch_corpus(fetching(bad, tmp_path / "data"), quiet)
    assert [path.name for path in (tmp_path / "data").iterdir()] == [".birds-downloads"]


def test_no_more_is_unpacked_than_is_stated(record, tmp_path) -> None:
    small = replace(record, fetch=replace(record.fetch, unpacked_at_most=1))
    with pytest.raises(DataError, match="more than 0 bytes come out"):
        fetch_corpus(fetching(small, tmp_path / "data"), quiet)
    assert not (tmp_path / "data" / "birds").exists()


def test_a_full_disk_is_told_before_anything_is_downloaded(record, served, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(module, "free_bytes", lambda folder: 10)
    with pytest.raises(DataError, match=r"10 bytes are free; .* are needed"):
        fetching(record, tmp_path)
    assert served.asked == []


def test_without_a_published_hash_the_steps_are_told(record, tmp_path) -> None:
    by_hand = replace(record, fetch=Fetch(homepage="https://example.org", steps="Ask the authors."))
    with pytest.raises(DataError, match=r"(?s)no hash is published.*https://example\.org.*Ask the authors"):
        fetching(by_hand, tmp_path)
    with pytest.raises(DataError, match="not a published corpus"):
        fetching(replace(record, fetch=None), tmp_path)


def test_what_is_missing_is_counted(record, tmp_path) -> None:
    found = fetching(record, tmp_path)
    total = record.fetch.size_bytes
    assert (found.missing_bytes, found.needed_bytes) == (total, 2 * total)
    found.downloads.mkdir()
    (found.downloads / "a.zip.part").write_bytes(b"12345")
    assert found.missing_bytes == total - 5
    shutil.rmtree(found.downloads)


def test_every_known_corpus_is_whole() -> None:
    """Hashes have the form of their kind, and say who publishes them; what cannot be fetched says what to do."""
    from harness.plugins import load_registry

    lengths = {"md5": 32, "sha256": 64}
    seen = set()
    for entry in load_registry().all("dataset"):
        fetch = entry.component.fetch
        if fetch is None:
            continue
        seen.add(entry.component.name)
        assert fetch.homepage.startswith("https://")
        assert bool(fetch.files) != bool(fetch.steps), entry.component.name
        for file in fetch.files:
            algorithm, _, digest = file.hash.partition(":")
            assert len(digest) == lengths[algorithm]
            int(digest, 16)
            assert file.url.startswith("https://")
            assert file.hash_source
            assert file.size_bytes > 0
            assert Path(file.file).name == file.file
        assert len({file.file for file in fetch.files}) == len(fetch.files)
    assert {"fsdd", "ravdess", "speech_commands", "dcase2017_scenes", "esc50"} <= seen
