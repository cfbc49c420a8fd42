"""Features of tasks or pairs from files, as the tables ``task_stats`` and ``pair_features`` have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from harness.analysis.outside.gains import Gains
from harness.analysis.outside.read import ColumnError, matching, numeric, partner_column, read_frame
from harness.analysis.pairs import pairwise
from harness.errors import DataError, did_you_mean

#: What is made of a task's numbers beside its own and the partner's.
RELATIONS = ("difference", "ratio")
FEATURES = ["main", "partner", "predictor", "value"]


@dataclass(frozen=True)
class Features:
    """``statistics`` (task, statistic, value), ``pairs`` (main, partner, predictor, value), and the names of the
    predictors of each set."""

    statistics: pd.DataFrame
    pairs: pd.DataFrame
    sets: dict[str, list[str]]


def read_features(
    gains: Gains, files: Sequence[Path], patterns: Sequence[str], relation: str = "difference"
) -> Features:
    """Return the features of every file, and of the gains' own file where a pattern names its columns.

    A file with a column ``task`` has features of tasks: a pair gets its main's, its partner's, and their
    ``relation`` (main minus partner, or main over partner; the latter only where neither end makes it
    infinite). A file with ``main`` and a column of partners has features of directed pairs. Without patterns,
    all numeric columns count. A study without files brings its own pair features.

    Raises:
        ColumnError: a pattern matches nothing; a file has neither ``task`` nor ``main``.
        DataError: a file cannot be read, a task or pair comes twice, or one of the gains is not in it.
    """
    offered: list[str] = []
    parts: list[tuple[str, pd.DataFrame, pd.DataFrame]] = []
    for path in files:
        frame = read_frame(path)
        offered += numeric(frame, ("task", "main", "partner"))
        parts.append((path.stem, *_of_file(frame, path, gains, patterns, relation)))
    parts += _own(gains, patterns, offered, anything=bool(files))
    unmatched = [p for p in patterns if not matching(offered, [p])]
    if unmatched:
        near = did_you_mean(unmatched[0], offered)
        raise ColumnError(
            f"no column matches {unmatched[0]!r}{near}; there are: {', '.join(offered) or 'none'}"
        )
    kept = [(name, own, pairs) for name, own, pairs in parts if len(pairs)]
    sets = {name: list(dict.fromkeys(pairs["predictor"])) for name, _, pairs in kept}
    if len(sets) > 1:
        sets["+".join(sets)] = list(dict.fromkeys(name for names in sets.values() for name in names))
    statistics = pd.concat(
        [own for _, own, _ in kept] or [pd.DataFrame(columns=["task", "statistic", "value"])]
    )
    pairs = pd.concat([pairs for _, _, pairs in kept] or [pd.DataFrame(columns=FEATURES)])
    return Features(
        statistics.drop_duplicates(["task", "statistic"], ignore_index=True),
        pairs.drop_duplicates(["main", "partner", "predictor"], ignore_index=True),
        sets,
    )


def _of_file(
    frame: pd.DataFrame, path: Path, gains: Gains, patterns: Sequence[str], relation: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if "task" in frame.columns:
        return _of_tasks(frame, path, gains, patterns, relation)
    if "main" not in frame.columns:
        raise ColumnError(
            f"{path} has neither a column 'task' (features of tasks) nor 'main' (of pairs); it has:"
            f" {', '.join(frame.columns)}"
        )
    partner = partner_column(frame, None, path)
    names = matching(numeric(frame, ("main", partner)), patterns)
    pairs = frame[["main", partner, *names]].rename(columns={partner: "partner"})
    _once(pairs, ["main", "partner"], path)
    known = set(zip(pairs["main"], pairs["partner"], strict=True))
    wanted = list(zip(gains.frame["main"], gains.frame["partner"], strict=True))
    _there(
        [f"{main} with {partner}" for main, partner in wanted if (main, partner) not in known], "pair", path
    )
    return pd.DataFrame(columns=["task", "statistic", "value"]), _long(pairs, names)


def _of_tasks(
    frame: pd.DataFrame, path: Path, gains: Gains, patterns: Sequence[str], relation: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = matching(numeric(frame, ("task",)), patterns)
    frame = frame.assign(task=frame["task"].astype(str))
    _once(frame, ["task"], path)
    tasks = sorted(set(gains.frame["main"]) | set(gains.frame["partner"]))
    _there([task for task in tasks if task not in set(frame["task"])], "task", path)
    own = frame[frame["task"].isin(tasks)]
    long = own.melt("task", names, "statistic", "value").sort_values("task", kind="stable", ignore_index=True)
    return long, _related(pairwise(long), long, relation)


def _related(pairs: pd.DataFrame, statistics: pd.DataFrame, relation: str) -> pd.DataFrame:
    """Return the pair features, with ratios in the place of differences if asked."""
    if relation == "difference" or pairs.empty:
        return pairs
    values = statistics.pivot(index="task", columns="statistic", values="value")
    third = pairs["predictor"].str.endswith("_difference")
    names = pairs.loc[third, "predictor"].str.removesuffix("_difference")
    ends = [
        values.to_numpy()[
            values.index.get_indexer(pd.Index(pairs.loc[third, end])),
            values.columns.get_indexer(pd.Index(names)),
        ]
        for end in ("main", "partner")
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = ends[0] / ends[1]
    made = pairs.copy()
    made.loc[third, "value"] = np.where(np.isfinite(ratio), ratio, np.nan)
    made.loc[third, "predictor"] = names + "_ratio"
    return made


def _own(
    gains: Gains, patterns: Sequence[str], offered: list[str], *, anything: bool
) -> list[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Return the features that come with the gains: a study's, or columns of the file that a pattern names."""
    empty = pd.DataFrame(columns=["task", "statistic", "value"])
    if len(gains.features) and not anything:
        names = list(dict.fromkeys(gains.features["predictor"]))
        offered += names
        kept = gains.features[gains.features["predictor"].isin(matching(names, patterns))]
        return [("study", gains.statistics, kept[FEATURES])]
    names = numeric(gains.frame, ("gain",))
    offered += names
    wanted = matching(names, patterns) if patterns else []
    return [(gains.source.stem, empty, _long(gains.frame, wanted))] if wanted else []


def _long(pairs: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return pairs.melt(["main", "partner"], names, "predictor", "value")[FEATURES]


def _once(frame: pd.DataFrame, keys: list[str], path: Path) -> None:
    twice = frame[frame.duplicated(keys)]
    if len(twice):
        raise DataError(f"{path}: {' with '.join(map(str, twice[keys].iloc[0]))} comes more than once")


def _there(missing: list[str], what: str, path: Path) -> None:
    if missing:
        shown = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
        raise DataError(
            f"{path} has no features of {len(missing)} {what}{'s' * (len(missing) > 1)} of the gains: {shown}"
        )
