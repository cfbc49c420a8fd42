"""The search space: every name has a place, and every value is allowed there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from harness.config.checks.findings import Findings
from harness.config.checks.parameters import validated
from harness.config.component import ComponentUse
from harness.config.explain import found_text
from harness.config.space import Distribution
from harness.config.study import StudyConfig
from harness.config.tuning import Tuning
from harness.errors import did_you_mean
from harness.records import Parameters


@dataclass(frozen=True)
class Owner:
    """A component whose parameter is searched."""

    what: str
    field: str
    model: type[Parameters]
    parameters: dict[str, Any]


def resolve_space(config: StudyConfig, findings: Findings) -> StudyConfig:
    """Check the search space; of the default one, entries that no component of the study has are left out."""
    owners = _owners(config, findings)
    space = config.tuning.space
    if not findings.written(("tuning", "space")):
        space = {name: entry for name, entry in space.items() if name in owners}
        if config.tuning.sampler == "grid":
            findings.add(("tuning", "sampler"), "found 'grid', which needs `space` to say the choices")
        return config.model_copy(update={"tuning": config.tuning.model_copy(update={"space": space})})
    complete = _all_known(config, findings)
    for name, distribution in space.items():
        if name in owners:
            _check_entry(name, distribution, owners[name], findings)
        elif name != "batch_size" and complete:
            _unknown(name, list(owners), findings)
        elif name == "batch_size":
            _check_batch_size(distribution, findings)
    if config.tuning.sampler == "grid":
        _check_grid(config.tuning, findings)
    return config


def _owners(config: StudyConfig, findings: Findings) -> dict[str, list[Owner]]:
    """Return the components that each name of a search space reaches."""
    owners: dict[str, list[Owner]] = {}
    parts: list[tuple[str, str, tuple[ComponentUse, ...]]] = [
        ("optimizer", "", (config.training.optimizer,)),
        ("model", "", config.models),
        ("combiner", "combiner.", config.combiners),
    ]
    for kind, prefix, uses in parts:
        for use in uses:
            for name, owner in _fields(kind, use, findings):
                owners.setdefault(prefix + name, []).append(owner)
    return owners


def _fields(kind: str, use: ComponentUse, findings: Findings) -> Iterator[tuple[str, Owner]]:
    found = findings.registry.components.get((kind, use.name))
    if found is not None:
        model = found.component.parameters
        for name, field in model.model_fields.items():
            key = field.alias or name
            yield key, Owner(f"{kind} {use.as_}", key, model, use.parameters)


def _all_known(config: StudyConfig, findings: Findings) -> bool:
    """Whether all components that a name could belong to exist; if not, the missing one is the mistake."""
    if not all(findings.intact(*path) for path in (("models",), ("combiners",), ("training", "optimizer"))):
        return False
    uses = [("optimizer", config.training.optimizer), *(("model", use) for use in config.models)]
    uses += [("combiner", use) for use in config.combiners]
    return all((kind, use.name) in findings.registry.components for kind, use in uses)


def _unknown(name: str, known: list[str], findings: Findings) -> None:
    allowed = sorted({"batch_size", *known})
    findings.add(
        ("tuning", "space", name),
        f"no optimizer, model or combiner of this study has {name!r}{did_you_mean(name, allowed)};"
        f" allowed: {', '.join(allowed)}",
        key=True,
    )


def _check_entry(name: str, distribution: Distribution, owners: list[Owner], findings: Findings) -> None:
    kinds = {owner.what.split()[0] for owner in owners}
    if len(kinds) > 1:
        both = " and ".join(dict.fromkeys(owner.what for owner in owners))
        findings.add(
            ("tuning", "space", name), f"{both} both have {name!r}, so it cannot be searched", key=True
        )
        return
    for owner in owners:
        for value in distribution.edges:
            _check_value(name, value, owner, findings)


def _check_value(name: str, value: Any, owner: Owner, findings: Findings) -> None:
    try:
        validated(owner.model, {**owner.parameters, owner.field: value})
    except ValidationError as error:
        own = [e for e in error.errors() if e["loc"][:1] in ((owner.field,), ())]
        if own:
            message = own[0]["msg"].removeprefix("Value error, ").replace("Input should be", "it should be")
            findings.add(
                ("tuning", "space", name), f"{owner.what} cannot have {found_text(value)}: {message}"
            )


def _check_grid(tuning: Tuning, findings: Findings) -> None:
    """A grid is made of choices (and fixed values), and has a trial for each point."""
    varied = {name: entry for name, entry in tuning.space.items() if entry.kind != "fixed"}
    for name, entry in varied.items():
        if entry.kind != "choice":
            findings.add(
                ("tuning", "space", name),
                f"found {entry.kind}, but `sampler: grid` tries every combination of {{choice: [...]}} entries",
            )
    points = math.prod(len(entry.choices) for entry in varied.values() if entry.kind == "choice")
    if tuning.trials != points:
        findings.add(
            ("tuning", "trials"), f"found {tuning.trials}; the grid has {points} points, a trial for each"
        )


def _check_batch_size(distribution: Distribution, findings: Findings) -> None:
    adapter = TypeAdapter(int)
    for value in distribution.edges:
        try:
            fits = adapter.validate_python(value, strict=True) >= 1
        except ValidationError:
            fits = False
        if not fits:
            message = (
                f"found {found_text(value)}, expected integers of at least 1, such as {{choice: [16, 32]}}"
            )
            findings.add(("tuning", "space", "batch_size"), message)
            return
