"""Features as the workers of a machine share them: one read-only memory map of the file, no copy a worker.

The pages of a map are those of the operating system's page cache, which every process that maps the file uses. Plain
memory is right in one case only: a file system that cannot map files. There each worker reads its own copy.
"""

from __future__ import annotations

import errno
import mmap
from pathlib import Path

import numpy as np

from harness.errors import DataError

#: What the system answers where files cannot be mapped.
_CANNOT_MAP = (errno.ENODEV, errno.ENOSYS, errno.EOPNOTSUPP)


def open_features(path: Path, *, memory_gb: float) -> np.ndarray:
    """Return the array of a ``.npy`` file, read-only.

    A file of at most ``memory_gb`` (in 2³⁰ bytes) is read ahead into the page cache, so that the first steps do not
    wait for the disk row by row; of a larger one, rows are read when they are asked for.

    Raises:
        DataError: the file system cannot map files, and the file is larger than ``memory_gb``.
        OSError, ValueError: there is no such file, or it holds no array.
    """
    fits = path.stat().st_size <= memory_gb * 2**30
    try:
        features: np.ndarray = np.load(path, mmap_mode="r")
    except OSError as error:
        if error.errno not in _CANNOT_MAP:
            raise
        return _own_copy(path, fits, error)
    if fits and isinstance(features.base, mmap.mmap):
        features.base.madvise(mmap.MADV_WILLNEED)
    return features


def _own_copy(path: Path, fits: bool, error: OSError) -> np.ndarray:
    if not fits:
        raise DataError(
            f"{path}: its file system cannot map files into memory ({error}), and the file is larger than "
            "data.options.memory_gb; choose another place with data.options.cache_dir"
        ) from error
    features: np.ndarray = np.load(path)
    features.setflags(write=False)
    return features
