"""The cache on disk."""

from __future__ import annotations

import errno
import threading
import time
from pathlib import Path

import pytest

from harness.data.cache import atomic_directory, building, cache_root
from harness.errors import DataError
from tests.data.helpers import Options


def test_the_place_of_the_cache(tmp_path, monkeypatch):
    monkeypatch.delenv("HARNESS_CACHE", raising=False)
    assert cache_root(Options(None)) == Path.home() / ".cache" / "harness"
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "env"))
    assert cache_root(Options(None)) == tmp_path / "env"
    assert cache_root(Options(tmp_path / "own")) == tmp_path / "own"


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    final = tmp_path / "final"

    def fail():
        with atomic_directory(final) as folder:
            (folder / "a").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []
    with atomic_directory(final) as folder:
        (folder / "a").write_text("whole")
        assert not final.exists()
    assert (final / "a").read_text() == "whole"
    assert list(tmp_path.iterdir()) == [final]


def test_one_builder_at_a_time(tmp_path):
    inside, most = [], []

    def build():
        with building(tmp_path / "x" / "final"):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 4


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_explained(tmp_path, number):
    with pytest.raises(DataError, match="disk is full"), atomic_directory(tmp_path / "x"):
        raise OSError(number, "full")
    assert list(tmp_path.iterdir()) == []


def test_a_denied_cache_is_explained_and_other_files_are_not_blamed_on_it(tmp_path):
    with pytest.raises(DataError, match="cannot be written"), atomic_directory(tmp_path / "x"):
        raise PermissionError(errno.EACCES, "denied", str(tmp_path / "x"))
    with pytest.raises(PermissionError), atomic_directory(tmp_path / "x"):
        raise PermissionError(errno.EACCES, "denied", "/elsewhere")
