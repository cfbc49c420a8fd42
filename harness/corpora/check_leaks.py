"""What could stand on both sides of a split: the same audio twice, or one group in two official parts."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from harness.corpora.finding import Finding, counted, fine, warning
from harness.data.catalog import Catalog

_LEAK = (
    "copies leak from one side of a split to the other in most tools (here a clip that is tested on is in no training"
    " part): give them one group, or leave them out"
)


def leak_findings(catalog: Catalog) -> Iterator[Finding]:
    """Yield what is found of groups, duplicates and the official split."""
    frame = catalog.frame
    if not len(frame):
        return
    yield _groups(frame)
    yield from _duplicates(catalog)
    yield from _official(frame)


def _groups(frame: pd.DataFrame) -> Finding:
    n, without = frame["group"].nunique(), int(frame["group"].isna().sum())
    if not n:
        return warning(
            "groups",
            "no clip has a group",
            "clips of one speaker, patient or recording may stand on both sides of a split, which flatters the scores:"
            " give a column that says what each clip was cut from",
        )
    if without:
        return warning(
            "groups",
            f"{n} groups; {without} of {len(frame)} clips have none and count as one each",
            "fill the column, if these clips have a speaker, patient or recording in common",
            frame.loc[frame["group"].isna(), "clip"],
        )
    return fine("groups", f"{n} groups of {frame.groupby('group').size().median():g} clips (median)")


def _duplicates(catalog: Catalog) -> Iterator[Finding]:
    frame = catalog.frame
    double = frame[frame.duplicated("content_hash", keep=False)].sort_values("content_hash", kind="stable")
    if not len(double):
        yield fine("duplicates", "no two clips have the same audio")
        return
    extra = len(double) - double["content_hash"].nunique()
    yield warning(
        "duplicates",
        f"{counted(extra, 'clip')} with the audio of another",
        "leave copies out: they count twice in every score",
        double["clip"],
    )
    yield from _across(double, "group", "groups", _LEAK)
    for column in ("split", "fold"):
        yield from _across(
            double, column, f"official {column}s", "the official split leaks: leave the copies out"
        )
    for task in catalog.tasks:
        texts = double[f"label:{task}"].map(str).where(double[f"label:{task}"].notna())
        wrong = "one of the labels is wrong: listen to the copies"
        yield from _across(double.assign(label=texts), "label", f"labels of task {task}", wrong)


def _across(double: pd.DataFrame, column: str, what: str, advice: str) -> Iterator[Finding]:
    """Say which of the copies differ in a column."""
    several = double.groupby("content_hash", sort=False)[column].transform("nunique") > 1
    if several.any():
        n = double.loc[several, "content_hash"].nunique()
        yield warning(
            f"duplicates across {what}", counted(n, "recording"), advice, double.loc[several, "clip"]
        )


def _official(frame: pd.DataFrame) -> Iterator[Finding]:
    """Say which groups are in several parts of an official split, or in several official folds."""
    for column in ("split", "fold"):
        if frame[column].isna().all():
            continue
        parts = frame.groupby("group")[column].nunique()
        shared = parts.index[parts > 1]
        sizes = "clips a part: " + ", ".join(
            f"{part}: {n}" for part, n in frame[column].value_counts().sort_index().items()
        )
        if not len(shared):
            yield fine(f"official {column}", f"{sizes}; no group is in two of them")
            continue
        clips = frame.loc[frame["group"].isin(shared), "clip"]
        yield warning(
            f"official {column}",
            f"{sizes}; {len(shared)} of {len(parts)} groups are in more than one of them",
            "scores on it are of known groups; splits: generated measures new ones",
            clips,
        )
