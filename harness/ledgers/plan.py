"""One plan of the plans of several ledgers of a study: parts are put together, anything else is refused."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from harness.config.differing import Setting, differing
from harness.errors import StudyDirectoryError

Config = dict[str, Any]
PLACEBOS = ("none", "per_main", "all")

#: Settings that say how much is trained, not what a training gives: parts of a plan may differ in them.
_PARTS = re.compile(
    r"tasks(\.[^.]+)?|(datasets|features|models|combiners)\.[^.]+|(features|models|combiners|datasets)"
    r"|groups\.(sizes|include|exclude|capacity_matched)(\..*)?|tuning\.trials|evaluation\.seeds"
    r"|placebo\.shuffled_partner"
)
#: Settings that the fingerprints of the data decide about: a folder has another path in another place.
_BY_DATA = re.compile(r"datasets\.[^.]+\..+")


def united(first: Config, second: Config, where: str) -> tuple[Config, list[Setting]]:
    """Return the plan of both, and the settings that differ and decide no result: the first's are kept of those.

    Raises:
        StudyDirectoryError: they differ in what decides results. The message says in what; ``where`` the second is.
    """
    found = differing(first, second)
    refused = [one for one in found if one.decides == "results" and not _is_part(one) and not _by_data(one)]
    if refused:
        lines = "".join(f"\n  {one.key}: {one.a!r} and {one.b!r}" for one in refused)
        raise StudyDirectoryError(
            f"{where}: another study than the first: these settings decide results, and differ:{lines}\n"
            "Merge ledgers of one study file; 'harness study compare' compares different studies"
        )
    plan = copy.deepcopy(first)
    for section, keys in _UNITED.items():
        for key, unite in keys.items():
            target, other = (
                (plan, second) if section is None else (plan.get(section, {}), second.get(section, {}))
            )
            if key in target and key in other:
                target[key] = unite(target[key], other[key])
    return plan, [one for one in found if one.decides != "results" or (_by_data(one) and not _is_part(one))]


def _is_part(setting: Setting) -> bool:
    named = (
        setting.key.split(".")[0] in ("datasets", "features", "models", "combiners") and "." in setting.key
    )
    return bool(_PARTS.fullmatch(setting.key)) and (setting.only is not None or not named)


def _by_data(setting: Setting) -> bool:
    return bool(_BY_DATA.fullmatch(setting.key))


def _both(first: list[Any], second: list[Any]) -> list[Any]:
    names = {_name(entry) for entry in first}
    return [*first, *(entry for entry in second if _name(entry) not in names)]


def _name(entry: Any) -> Any:
    return entry["as"] if isinstance(entry, dict) else tuple(entry) if isinstance(entry, list) else entry


def _in_both(first: list[Any], second: list[Any]) -> list[Any]:
    return [entry for entry in first if entry in second]


def _more(first: str, second: str) -> str:
    return max(first, second, key=PLACEBOS.index)


_UNITED: dict[str | None, dict[str, Callable[[Any, Any], Any]]] = {
    None: dict.fromkeys(("datasets", "tasks", "features", "models", "combiners"), _both),
    "groups": {
        "sizes": lambda first, second: sorted({*first, *second}),
        "include": _both,
        "exclude": _in_both,
        "capacity_matched": lambda first, second: first or second,
    },
    "placebo": {"shuffled_partner": _more},
    "tuning": {"trials": max},
    "evaluation": {"seeds": max},
}
