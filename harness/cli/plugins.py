"""``harness plugins``: list, show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli.completion import component_kinds, component_names
from harness.cli.options import Json
from harness.cli.output import console, rows_table, text_of, write_json
from harness.exit_codes import ExitCode

if TYPE_CHECKING:
    from harness.kit.check import Promise
    from harness.plugins import PluginFailure, Registered, Registry

app = typer.Typer(
    help="See which components there are, what they take, and which plugins are broken.", no_args_is_help=True
)


@app.command("list")
def list_plugins(
    kind: Annotated[
        str | None,
        typer.Option(
            help="Only components of this kind: dataset, feature, model, …",
            show_default=False,
            autocompletion=component_kinds,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """List every component and who offers it; plugins that failed to load follow with their traceback.

    Example: `harness plugins list --kind model`
    """
    from harness.plugins import load_registry

    registry = load_registry()
    components = registry.all(_known_kind(kind))
    if as_json:
        write_json([*map(_described, components), *map(_failed, registry.failures)])
        return
    console().print(rows_table([_listed(entry) for entry in components], whole=("kind", "name", "from")))
    _show_failures(registry)


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(help="Name of a component.", show_default=False, autocompletion=component_names),
    ],
    as_json: Json = False,
) -> None:
    """Show a component: what it does, its parameters with types and defaults, its source.

    A name that components of several kinds have shows them all.

    Example: `harness plugins show log_mel`
    """
    from harness.plugins import load_registry

    registry = load_registry()
    found = [entry for entry in registry.all() if entry.component.name == name]
    if not found:
        raise _unknown(name, registry)
    if as_json:
        write_json([_described(entry) for entry in found])
        return
    for entry in found:
        _show(entry)


@app.command()
def new(
    name: Annotated[
        str, typer.Argument(help="Name of the new package, such as my-corpus.", show_default=False)
    ],
    directory: Annotated[Path, typer.Option(help="Where its directory is made.")] = Path("."),
) -> None:
    """Write a package with a data set, a feature, a model and a combiner, each minimal, and tests that pass.

    Example: `harness plugins new mine && pip install ./mine && pytest mine && harness plugins check mine`
    """
    from harness.kit.new import write_package

    for path in write_package(name, directory):
        console().print(str(path), markup=False)
    place = (
        directory / name if directory.is_absolute() else f"./{directory / name}"
    )  # else pip asks an index for it
    console().print(
        f"\nnext: pip install {place} && pytest {place} && harness plugins check {name}", markup=False
    )


@app.command()
def check(
    distribution: Annotated[str, typer.Argument(help="An installed plugin package.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Run the contracts of every component that a package offers: what each kind promises, and who keeps it.

    Exit code 0 where every promise is kept (or known to be broken, with a reason), 4 where one is not.

    Example: `harness plugins check mine`
    """
    from harness.kit.check import check_distribution

    promises = check_distribution(distribution)
    if as_json:
        write_json([promise.to_json() for promise in promises])
    else:
        _show_promises(promises)
    raise typer.Exit(
        ExitCode.PLUGIN if any(promise.outcome == "broken" for promise in promises) else ExitCode.DONE
    )


def _show_promises(promises: Sequence[Promise]) -> None:
    """Show a line a component, and each promise that is not plainly kept below."""
    told: dict[tuple[str, str], Counter[str]] = {}
    for promise in promises:
        told.setdefault((promise.kind, promise.component), Counter())[promise.outcome] += 1
    rows = [
        {
            "kind": kind,
            "name": name,
            **{outcome: counts[outcome] for outcome in ("kept", "broken", "known", "skipped")},
        }
        for (kind, name), counts in told.items()
    ]
    console().print(rows_table(rows, whole=("kind", "name")))
    for promise in promises:
        if promise.outcome != "kept":
            line = (
                f"{promise.outcome}: {promise.kind} {promise.component}: {promise.promise}: {promise.detail}"
            )
            console().print(line, markup=False, style="red" if promise.outcome == "broken" else None)


def _known_kind(kind: str | None) -> str | None:
    from harness.errors import did_you_mean
    from harness.plugins import KINDS

    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(
            f"unknown kind {kind!r}{did_you_mean(kind, KINDS)}; allowed: {', '.join(KINDS)}",
            param_hint="--kind",
        )
    return kind


def _unknown(name: str, registry: Registry) -> Exception:
    from harness.errors import UnknownComponentError, did_you_mean

    names = sorted({entry.component.name for entry in registry.all()})
    message = f"unknown component {name!r}{did_you_mean(name, names)}; allowed: {', '.join(names) or 'none'}"
    if registry.failures:
        broken = ", ".join(failure.plugin for failure in registry.failures)
        message += f"; plugins that failed to load: {broken} (see 'harness plugins list')"
    return UnknownComponentError(message)


def _described(entry: Registered) -> dict[str, Any]:
    from harness.cli.parameters import parameter_rows
    from harness.records import DatasetRecord

    component = entry.component
    tasks = {"tasks": list(component.tasks)} if isinstance(component, DatasetRecord) else {}
    return {
        "name": component.name,
        "kind": component.kind,
        "distribution": entry.distribution,
        "version": entry.version,
        "plugin": entry.plugin,
        "summary": component.summary,
        "source": component.source,
        "parameters": parameter_rows(component),
        **tasks,
    }


def _failed(failure: PluginFailure) -> dict[str, Any]:
    return {
        "name": failure.plugin,
        "kind": "failure",
        "distribution": failure.distribution,
        "version": failure.version,
        "parameters": [],
        "error": failure.error,
        "traceback": failure.traceback,
    }


def _listed(entry: Registered) -> dict[str, str]:
    from harness.records import DatasetRecord

    component = entry.component
    known = component.tasks if isinstance(component, DatasetRecord) else ()
    tasks = f" (tasks: {', '.join(known)})" if known else ""
    return {
        "kind": component.kind,
        "name": component.name,
        "from": f"{entry.distribution} {entry.version}",
        "summary": component.summary + tasks,
    }


def _show_failures(registry: Registry) -> None:
    for failure in registry.failures:
        offered = f"{failure.distribution} {failure.version}"
        heading = f"\nplugin {failure.plugin} ({offered}) failed to load: {failure.error}"
        console().print(heading, style="red", markup=False)
        console().print(failure.traceback.rstrip(), markup=False)


def _show(entry: Registered) -> None:
    described = _described(entry)
    terminal = console()
    terminal.print(f"{described['kind']} {described['name']}", style="bold", markup=False)
    for key in ("summary", "source", "tasks"):
        if described.get(key):
            terminal.print(f"{key}: {_joined(described[key])}", markup=False)
    terminal.print(f"offered by: {entry.distribution} {entry.version} (plugin {entry.plugin})", markup=False)
    if doc := _docstring(entry):
        terminal.print(f"\n{doc}", markup=False)
    rows = [_shown_parameter(row) for row in described["parameters"]]
    terminal.print(rows_table(rows, whole=("parameter",)) if rows else "\nno parameters")


def _joined(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _shown_parameter(row: dict[str, Any]) -> dict[str, str]:
    default = "required" if row["required"] else text_of(row["default"])
    return {
        "parameter": row["name"],
        "type": row["type"],
        "default": default,
        "description": row["description"],
    }


def _docstring(entry: Registered) -> str:
    """Return the docstring of what the factory names, without importing it where it is given as text."""
    from harness.cli.docstrings import factory_docstring

    return factory_docstring(entry.component.factory)
