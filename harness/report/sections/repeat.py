"""How to cite and repeat the study: its resolved file, versions, and command."""

from __future__ import annotations

import json

from harness.report import words
from harness.report.blocks import folded, section
from harness.report.facts import Facts
from harness.report.markup import Html, tag
from harness.report.reading import is_null, parsed, text
from harness.report.sections.cite import cite


def repeat(facts: Facts) -> Html:
    """Return the citations, the command, what it ran on, and the resolved study file."""
    record = facts.record
    told = [(name, value) for name, value in _provenance(facts) if value]
    config = (
        json.dumps(facts.config, indent=2, ensure_ascii=False)
        if facts.config
        else text(record.get("config_json"))
    )
    return section(
        "repeat",
        "How to cite and repeat it",
        cite(facts),
        tag("h3", "How to repeat it"),
        tag("p", "Save the resolved study file below (JSON is YAML) as study.yaml, then:"),
        tag("pre", tag("code", _command(facts))),
        tag("dl", [(tag("dt", name), tag("dd", value)) for name, value in told]) if told else None,
        folded("Resolved study file", tag("pre", tag("code", config or "not recorded"))),
    )


def _command(facts: Facts) -> str:
    """Return the command; who repeats a study that reads files has them somewhere else."""
    datasets = facts.setting("datasets")
    reads = any(isinstance(found, dict) and found.get("path") for found in datasets or ())
    return f"harness study run study.yaml{' --data-root DIRECTORY' if reads else ''}"


def _provenance(facts: Facts) -> list[tuple[str, str]]:
    record = facts.record
    versions = parsed(record.get("versions"))
    dirty = record.get("git_dirty")
    commit = text(record.get("git_commit"))
    changed = " with uncommitted changes" if not is_null(dirty) and bool(dirty) else ""
    return [
        ("study", text(record.get("study_id"))),
        ("harness", text(record.get("harness_version"))),
        ("versions", ", ".join(f"{name} {version}" for name, version in versions.items())),
        ("commit of the study file", f"{commit}{changed}" if commit else ""),
        ("host", text(record.get("host"))),
        ("device", text(record.get("device"))),
        ("started", _time(record.get("started_at_utc"))),
        ("finished", _time(record.get("finished_at_utc"))),
        ("data", _data(facts)),
    ]


def _time(value: object) -> str:
    return text(value)[:19] + " UTC" if text(value) else ""


def _data(facts: Facts) -> str:
    tasks = facts.table("tasks")
    hashes = {text(row["dataset"]): text(row["data_hash"]) for _, row in tasks.iterrows()}
    return words.listing([f"{dataset} {found}" for dataset, found in hashes.items() if found])
