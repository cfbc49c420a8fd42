"""Section ``data``: where audio lies and how it is read."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from harness.config.section import Section


class DataOptions(Section):
    """Limits of reading and caching."""

    memory_gb: float = Field(
        default=4.0,
        gt=0,
        description="a feature bank up to this size is read ahead, GB; of a larger one, rows are read when needed",
    )
    max_quarantine: float = Field(
        default=0.05, ge=0, le=1, description="share of unusable clips above which a data set fails"
    )
    cache_dir: Path | None = Field(
        default=None,
        description="cache (default: $HARNESS_CACHE, or ~/.cache/harness)",
        examples=["cache"],
    )
    silence_db: float = Field(
        default=-80.0, lt=0, description="level below which a clip counts as silent, dBFS"
    )


class Data(Section):
    """Where relative paths of data sets start, and how data is read."""

    root: Path | None = Field(
        default=None,
        description="where relative paths of data sets start; seen from this file; `--data-root` sets it",
        examples=["corpora"],
    )
    options: DataOptions = Field(default_factory=DataOptions, description="limits of reading and caching")
