"""A data set read from its first clip to its last: its lists, and what is seen in every clip."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from harness.corpora.inspect import ClipFacts, inspect_clip
from harness.data.catalog import Catalog, Progress, build_dataset, flat_row, no_progress
from harness.data.catalog_files import clip_schema
from harness.data.limit import Limit
from harness.data.listing import Listing, list_clips
from harness.data.parallel import ordered_map
from harness.data.stretch import Stretch, stretch_of
from harness.errors import DataError

if TYPE_CHECKING:
    from harness.config import DatasetUse, StudyConfig
    from harness.plugins import Registry
    from harness.records import Dataset


@dataclass(frozen=True)
class Scan:
    """A data set as it was found.

    ``catalog`` has its usable clips as a study would have them, but for the statistics of their audio;
    ``catalog.quarantine`` the others, with the reason. ``facts`` has a row a usable clip, in the same order:
    ``duration_s, sample_rate, channels, clipped``.
    """

    listing: Listing
    catalog: Catalog
    facts: pd.DataFrame


def dataset_of(name: str, use: DatasetUse, config: StudyConfig, registry: Registry) -> Dataset:
    """Build a data set of a study; what its own code raises is a :class:`DataError` that names it.

    Raises:
        DataError: it cannot be built: no directory, a missing file, a parameter that does not fit what is there.
    """
    limit = use.limit_per_label
    try:
        return build_dataset(
            registry.get("dataset", use.use),
            use.parameters,
            root=config.data.root,
            options=config.data.options,
            limit=None if limit is None else Limit(task=limit.task, n=limit.n, seed=config.seed),
        )
    except DataError:
        raise
    except Exception as error:  # a plugin's own code
        raise DataError(f"data set {name!r} cannot be built: {type(error).__name__}: {error}") from error


def scan(
    name: str,
    dataset: Dataset,
    *,
    silence_db: float,
    workers: int = 1,
    progress: Progress = no_progress,
) -> Scan:
    """List a data set and decode every clip, in ``workers`` processes.

    Raises:
        DataError: the lists are wrong: see :func:`~harness.data.listing.list_clips`.
    """
    listing = list_clips(name, dataset)
    found = ordered_map(
        partial(inspect_clip, silence_db=silence_db),
        map(stretch_of, dataset.clips()),
        n_items=len(listing.rows),
        workers=workers,
        crashed=_crashed,
        here=lambda clip: clip.path is None,
    )
    usable: list[dict[str, Any]] = []
    facts: list[ClipFacts] = []
    left_out: list[dict[str, str]] = []
    for done, (row, one) in enumerate(zip(listing.rows, found, strict=True), 1):
        if isinstance(one, str):
            left_out.append({"clip": row["clip"], "reason": one})
        else:
            usable.append(flat_row(row) | {"content_hash": one.content_hash})
            facts.append(one)
        progress(done, len(listing.rows), f"read {name}")
    return Scan(
        listing,
        _catalog(name, dataset, listing, usable, left_out),
        pd.DataFrame(facts, columns=ClipFacts._fields),
    )


def _crashed(clip: Stretch) -> str:
    return f"corrupt: {clip.path} ended the process that decoded it"


def _catalog(
    name: str,
    dataset: Dataset,
    listing: Listing,
    usable: list[dict[str, Any]],
    left_out: list[dict[str, str]],
) -> Catalog:
    names = clip_schema(listing.tasks, listing.group_columns, listing.covariates).names
    return Catalog(
        name=name,
        tasks=listing.tasks,
        licence=dataset.licence,
        citation=dataset.citation,
        domain=dataset.domain,
        frame=pd.DataFrame(usable, columns=names),
        quarantine=pd.DataFrame(left_out, columns=["clip", "reason"]),
        fingerprint="",
        directory=Path(),
    )
