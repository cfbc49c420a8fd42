"""The catalog of a data set: its usable clips, decoded once and described, and its quarantine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from harness.data.audio_stats import ClipStatistics
from harness.data.cache import DataOptionsLike, atomic_directory, building, cache_root
from harness.data.catalog_files import TEXT, clip_schema, read_catalog, write_catalog
from harness.data.compute import one_core
from harness.data.decoding import described
from harness.data.limit import Limit, Limited
from harness.data.listing import Listing, list_clips
from harness.data.stretch import Stretch, stretch_of
from harness.data.usage import used_now
from harness.errors import DataError
from harness.keys import content_key
from harness.nesting import nested_entries, versions_of
from harness.plugins import Registered
from harness.records import Dataset, DatasetContext, Task

if TYPE_CHECKING:
    from harness.data.alongside import Alongside, NewBanks

#: Raised whenever the statistics, the columns or their meaning change.
CATALOG_VERSION = 1

Progress = Callable[[int, int, str], None]


def no_progress(done: int, total: int, what: str) -> None:
    """Report nothing."""


@dataclass(frozen=True, eq=False)
class Catalog:
    """One data set, decoded once and described.

    ``frame`` has one row a usable clip: ``clip, content_hash, group, fold, split, duration_s,
    sample_rate_hz, bandwidth_hz, snr_db``, ``label:<task>`` (text; a list of text for multilabel; a number
    for regression; missing where the clip has no label), ``group:<column>`` and, where the data set has any,
    ``covariate:<name>`` (a number, missing where unknown). ``quarantine`` has ``clip, reason``. ``fingerprint`` is a
    hash of tasks, clips, audio, labels, groups, folds, splits and covariates; ``name``, the data set's name in the
    study, is not in it.
    """

    name: str
    tasks: dict[str, Task]
    licence: str
    citation: str
    domain: str
    frame: pd.DataFrame
    quarantine: pd.DataFrame
    fingerprint: str
    directory: Path

    @cached_property
    def audio_fingerprint(self) -> str:
        """Hash of the clips and their audio alone: it stays when a label is added or corrected."""
        return _fingerprint(self.frame, ["clip", "content_hash"], [])

    @property
    def covariate_names(self) -> list[str]:
        """The names of what is known of the clips beside their audio."""
        return [str(name).removeprefix("covariate:") for name in self.frame.filter(regex="^covariate:")]

    def covariate_values(self, names: Sequence[str]) -> list[tuple[float | None, ...]]:
        """Return the covariates of these names of every clip, in order; ``None`` where one is unknown."""
        columns = [self.frame.get(f"covariate:{name}") for name in names]
        values = [[None] * len(self.frame) if c is None else [_plain(v) for v in c] for c in columns]
        return list(zip(*values, strict=True)) if values else [()] * len(self.frame)

    def task_fingerprint(self, task: str) -> str:
        """Hash of what decides the results of one task: the clips and their audio, the task's own labels
        and groups, folds and splits, and the first task's labels, because they stratify the generated
        splits. It stays when the data set is given another task. Covariates are in the keys of the banks whose
        features read them.
        """
        first, own = next(iter(self.tasks.values())), self.tasks[task]
        columns = [*TEXT, f"label:{first.name}", f"label:{task}"]
        return _fingerprint(self.frame, columns + ([f"group:{own.group}"] if own.group else []), [first, own])


def _fingerprint(frame: pd.DataFrame, columns: Iterable[str], tasks: Iterable[Task]) -> str:
    values = {
        column: [value if type(value) is str else _plain(value) for value in frame[column].tolist()]
        for column in columns
    }
    return content_key([values, [asdict(task) for task in tasks]])


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return list(value) if hasattr(value, "__len__") else None if pd.isna(value) else value


def build_dataset(
    component: Registered,
    parameters: dict[str, Any],
    *,
    root: Path | None,
    options: DataOptionsLike,
    progress: Progress = no_progress,
    limit: Limit | None = None,
) -> Dataset:
    """Build a data set from its component and parameters (plain values, checked by the component's model), with no more
    clips a label than ``limit`` says.
    """
    record = component.component
    context = DatasetContext(
        root=root, cache_dir=cache_root(options) / "datasets" / quote(record.name, safe=""), progress=progress
    )
    dataset: Dataset = record.build(record.parameters.model_validate(parameters), context)
    return dataset if limit is None else Limited(dataset, limit)


def prepare_catalog(
    name: str,
    component: Registered,
    parameters: dict[str, Any],
    *,
    root: Path | None,
    options: DataOptionsLike,
    progress: Progress = no_progress,
    workers: int = 1,
    alongside: Alongside | None = None,
    limit: Limit | None = None,
) -> Catalog:
    """Return the catalog of a data set, from the cache where its clips are those of an earlier call.

    The clips are listed (see :func:`~harness.data.listing.list_clips`); where the list, the files' sizes
    and times, and the component's version are known, nothing is decoded. Otherwise all clips are decoded in
    ``workers`` processes, once for the catalog and for the banks that are to be filled ``alongside``.

    Raises:
        DataError: the listing is wrong (no clips, a clip twice, an unknown class …), or more than
            ``options.max_quarantine`` of the clips cannot be used.
    """
    dataset = build_dataset(component, parameters, root=root, options=options, progress=progress, limit=limit)
    listing = list_clips(name, dataset)
    key = _listing_key(component, parameters, listing, dataset, options)
    folder = cache_root(options) / "catalogs"
    directory = folder / f"{key}-{quote(name, safe='')}"
    if not directory.exists():
        with building(folder / key):
            if not directory.exists():
                found = _twin(folder, key)
                if found is None:
                    with one_core(), _filling(alongside, key, name, workers) as filling:
                        found = _describe(name, dataset, listing, options, progress, workers, filling)
                _save(replace(found, name=name), directory)
    used_now(directory)
    catalog = load_catalog(directory)
    _check_quarantine(catalog, options.max_quarantine)
    return catalog


def load_catalog(directory: Path) -> Catalog:
    """Return a catalog that :func:`prepare_catalog` saved."""
    return Catalog(**read_catalog(Path(directory)), directory=Path(directory))


def _filling(
    alongside: Alongside | None, key: str, name: str, workers: int
) -> AbstractContextManager[NewBanks | None]:
    return nullcontext() if alongside is None else alongside.filling(key, name, workers)


def _listing_key(
    component: Registered,
    parameters: dict[str, Any],
    listing: Listing,
    dataset: Dataset,
    options: DataOptionsLike,
) -> str:
    record = component.component
    checked = record.parameters.model_validate(parameters)
    parts = versions_of(nested_entries(component, checked))
    return content_key(
        {
            "catalog": CATALOG_VERSION,
            "component": [record.name, component.distribution, component.version],
            **({"parts": parts} if parts else {}),
            "parameters": checked,
            "about": [dataset.licence, dataset.citation, dataset.domain],
            "tasks": [asdict(task) for task in listing.tasks.values()],
            "rows": listing.rows,
            "stamps": listing.stamps,
            "silence_db": repr(float(options.silence_db)),
        }
    )


def _twin(folder: Path, key: str) -> Catalog | None:
    """Return the same data set's catalog under another name of a study, if there is one."""
    found = sorted(folder.glob(f"{key}-*/catalog.json"))
    return load_catalog(found[0].parent) if found else None


def _describe(
    name: str,
    dataset: Dataset,
    listing: Listing,
    options: DataOptionsLike,
    progress: Progress,
    workers: int,
    filling: NewBanks | None,
) -> Catalog:
    results = described(
        _listed_clips(name, dataset, listing),
        n_clips=len(listing.rows),
        fits=filling.fits if filling else (),
        with_samples=True,
        silence_db=options.silence_db,
        workers=workers,
    )
    usable: list[dict[str, Any]] = []
    left_out: list[dict[str, str]] = []
    statistics = ClipStatistics()
    for done, (row, found) in enumerate(zip(listing.rows, results, strict=True), 1):
        if isinstance(found, str):
            left_out.append({"clip": row["clip"], "reason": found})
        else:
            assert found.samples is not None
            statistics.add(found.samples, found.rate)
            usable.append(flat_row(row) | {"content_hash": found.content_hash})
            if filling:
                filling.add(row["clip"], found, row.get("covariates", {}))
        progress(done, len(listing.rows), f"decode {name}")
    for row, values in zip(usable, statistics.finish(), strict=True):
        row.update(values)
    catalog = _catalog(name, dataset, listing, usable, left_out)
    if filling:
        filling.settle(catalog)
    return catalog


def _catalog(
    name: str,
    dataset: Dataset,
    listing: Listing,
    usable: list[dict[str, Any]],
    left_out: list[dict[str, str]],
) -> Catalog:
    schema = clip_schema(listing.tasks, listing.group_columns, listing.covariates)
    frame = pd.DataFrame(usable, columns=schema.names)
    return Catalog(
        name=name,
        tasks=listing.tasks,
        licence=dataset.licence,
        citation=dataset.citation,
        domain=dataset.domain,
        frame=frame,
        quarantine=pd.DataFrame(left_out, columns=["clip", "reason"]),
        fingerprint=_fingerprint(
            frame, [*TEXT, *frame.filter(regex="^(label|group|covariate):")], listing.tasks.values()
        ),
        directory=Path(),
    )


def _listed_clips(name: str, dataset: Dataset, listing: Listing) -> Iterator[Stretch]:
    """Iterate the clips' audio: the data set is read again."""
    for row, clip in zip_longest(listing.rows, dataset.clips()):
        if row is None or clip is None or row["clip"] != clip.id:
            found, expected = clip.id if clip else None, row["clip"] if row else None
            raise DataError(
                f"data set {name!r}: clip {found!r} instead of {expected!r} when it was read again; a data "
                "set must give the same clips in the same order every time"
            )
        yield stretch_of(clip)


def flat_row(row: dict[str, Any]) -> dict[str, Any]:
    """Give the labels and groups of a listed clip columns of their own."""
    fixed = {name: row[name] for name in TEXT if name in row}
    labels = {f"label:{task}": label for task, label in row["labels"].items()}
    groups = {f"group:{column}": group for column, group in row["groups"].items()}
    return fixed | labels | groups | {f"covariate:{k}": v for k, v in row.get("covariates", {}).items()}


def _save(catalog: Catalog, directory: Path) -> None:
    about = {
        name: getattr(catalog, name) for name in ("name", "licence", "citation", "domain", "fingerprint")
    }
    with atomic_directory(directory) as temporary:
        write_catalog(temporary, about, catalog.tasks, catalog.frame, catalog.quarantine)


def _check_quarantine(catalog: Catalog, allowed: float) -> None:
    bad, total = len(catalog.quarantine), len(catalog.quarantine) + len(catalog.frame)
    if bad <= allowed * total and len(catalog.frame):
        return
    first = "".join(f"\n  clip {row.clip}: {row.reason}" for row in catalog.quarantine.head(5).itertuples())
    more = f"\n  … and {bad - 5} more" if bad > 5 else ""
    raise DataError(
        f"data set {catalog.name!r}: {bad} of {total} clips cannot be used ({bad / total:.1%}); at most "
        f"{allowed:.1%} "
        f"(data.options.max_quarantine) is allowed:{first}{more}\n"
        "Repair or remove these clips, or raise data.options.max_quarantine to go on without them"
    )
