"""One thread a test process: xdist runs as many processes as there are cores; more would wait for each other."""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # read when the libraries are loaded, which is after this file
