"""Components by name: features, models, combiners, and those of training, compute and analysis."""

from __future__ import annotations

from harness.config.checks.findings import Findings
from harness.config.checks.parameters import resolved_parameters
from harness.config.component import ComponentUse
from harness.config.nodes import Path
from harness.config.study import StudyConfig

Uses = tuple[ComponentUse, ...]


def resolve_components(config: StudyConfig, findings: Findings) -> StudyConfig:
    """Return the study with every component's parameters checked and filled in."""
    findings.context = {"tasks": config.tasks} if findings.intact("tasks") else {}
    tables = {
        "features": _tabled("feature", config.features, ("features",), findings),
        "models": _tabled("model", config.models, ("models",), findings),
        "combiners": _tabled("combiner", config.combiners, ("combiners",), findings),
    }
    _check_predictors(config, findings)
    executor = _single("executor", config.compute.executor, ("compute", "executor"), findings)
    trackers = _tabled("tracker", config.compute.trackers, ("compute", "trackers"), findings)
    compute = config.compute.model_copy(update={"executor": executor, "trackers": trackers})
    return _with_training(config.model_copy(update={**tables, "compute": compute}), findings)


def _check_predictors(config: StudyConfig, findings: Findings) -> None:
    names = config.analysis.predictors
    entries: list[tuple[Path, str]] = [(("analysis", "predictors", i), name) for i, name in enumerate(names)]
    findings.once(entries, lambda name: f"predictor {name!r} is listed twice")
    for path, name in entries:
        findings.component("predictor", name, path)


def _with_training(config: StudyConfig, findings: Findings) -> StudyConfig:
    training = config.training
    single = {
        kind: _single(kind, getattr(training, kind), ("training", kind), findings)
        for kind in ("schedule", "optimizer", "scaler")
    }
    stopping, patience = _stopping(config, findings)
    augmentations = tuple(
        _single("augmentation", use, ("training", "augmentations", i), findings)
        for i, use in enumerate(training.augmentations)
    )
    terms = tuple(
        _single("term", use, ("training", "terms", i), findings) for i, use in enumerate(training.terms)
    )
    update = {
        **single,
        "stopping": stopping,
        "patience": patience,
        "augmentations": augmentations,
        "terms": terms,
    }
    return config.model_copy(update={"training": training.model_copy(update=update)})


def _stopping(config: StudyConfig, findings: Findings) -> tuple[ComponentUse, int]:
    """Return the stopping rule, whose ``patience``, if any, is ``training.patience``; and that number."""
    use, patience = config.training.stopping, config.training.patience
    path: Path = ("training", "stopping")
    known = findings.registry.components.get(("stopping", use.name))
    if known is None or "patience" not in known.component.parameters.model_fields:
        return _single("stopping", use, path, findings), patience
    own = use.parameters.get("patience", patience)
    if own != patience and findings.written(("training", "patience")):
        findings.add(
            (*path, "patience"), f"found {own}, but training.patience is {patience}; give one of the two"
        )
    use = use.model_copy(update={"parameters": {**use.parameters, "patience": own}})
    return _single("stopping", use, path, findings), own if isinstance(own, int) else patience


def _tabled(kind: str, uses: Uses, path: Path, findings: Findings) -> Uses:
    """Resolve a list whose entries appear in tables by their alias, which must be unique."""
    entries = [((*path, i), use.as_) for i, use in enumerate(uses)]
    findings.once(
        entries, lambda name: f"{kind} {name!r} is listed twice; give one of them another name with `as`"
    )
    return tuple(_resolved(kind, use, (*path, i), findings) for i, use in enumerate(uses))


def _single(kind: str, use: ComponentUse, path: Path, findings: Findings) -> ComponentUse:
    if use.as_ != use.name:
        findings.add(
            (*path, "as"), "found `as`, which has no meaning here: no table shows this name", key=True
        )
    return _resolved(kind, use, path, findings)


def _resolved(kind: str, use: ComponentUse, path: Path, findings: Findings) -> ComponentUse:
    found = findings.component(kind, use.name, (*path, "name") if findings.written((*path, "name")) else path)
    if found is None:
        return use
    parameters = resolved_parameters(found.component, use.parameters, path, findings)
    return use if parameters is None else use.model_copy(update={"parameters": parameters})
