import errno
import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from harness.data import maps
from harness.data.maps import open_features
from harness.errors import DataError

N = 4 * 2**20  # values: 16 MiB, far above what a process needs by itself


@pytest.fixture
def path(tmp_path) -> Path:
    path = tmp_path / "features.npy"
    np.save(path, np.arange(N, dtype=np.float32).reshape(-1, 1, 16, 16))
    return path


def private_kb(path: Path, memory_gb: float) -> tuple[float, int]:
    """Read the whole array in a process of its own; return its sum, and by how much the private memory grew, kB."""
    before = _private_kb()
    total = float(open_features(path, memory_gb=memory_gb).sum(dtype=np.float64))
    return total, _private_kb() - before


def _private_kb() -> int:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(
        int(line.split()[1]) for line in lines if line.startswith("Private_") and "Hugetlb" not in line
    )


@pytest.mark.parametrize("memory_gb", [1.0, 1e-9])
def test_workers_share_one_copy(path, memory_gb) -> None:
    shared = open_features(path, memory_gb=memory_gb)
    assert isinstance(shared, np.memmap)
    shared.sum()  # so that the pages belong to two processes
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = pool.starmap(private_kb, [(path, memory_gb)] * 2)
    assert {total for total, _ in found} == {float(shared.sum(dtype=np.float64))}
    assert max(grown for _, grown in found) < 4 * N / 1024 / 4


def test_nobody_can_write_into_it(path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        open_features(path, memory_gb=1)[0] = 0


@pytest.fixture
def no_maps(monkeypatch):
    """A file system that cannot map files."""
    load = np.load

    def cannot(path, mmap_mode=None):
        if mmap_mode:
            raise OSError(errno.ENODEV, "No such device")
        return load(path)

    monkeypatch.setattr(maps.np, "load", cannot)


def test_where_files_cannot_be_mapped_they_are_read(path, no_maps) -> None:
    features = open_features(path, memory_gb=1)
    assert not isinstance(features, np.memmap)
    np.testing.assert_array_equal(features.ravel()[:5], np.arange(5))
    assert not features.flags.writeable


def test_unless_they_are_too_large(path, no_maps) -> None:
    with pytest.raises(DataError, match="cannot map files into memory"):
        open_features(path, memory_gb=1e-3)


def test_a_missing_file_is_no_reason_to_read_it(tmp_path) -> None:
    with pytest.raises(FileNotFoundError):
        open_features(tmp_path / "features.npy", memory_gb=1)
