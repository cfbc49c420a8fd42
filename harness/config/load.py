"""From a study file to a study: read, put overrides in, validate, check; all mistakes at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as FilePath

from harness.config.checks.findings import Findings
from harness.config.checks.run import checked
from harness.config.document import parse, read_text
from harness.config.explain import found_text
from harness.config.nodes import Node, Place, Problem, place_of
from harness.config.overrides import overridden
from harness.config.recover import recover
from harness.config.study import StudyConfig
from harness.errors import StudyFileError
from harness.plugins import Registry, load_registry


def load_study_file(
    path: str | FilePath,
    overrides: Sequence[str] = (),
    *,
    data_root: FilePath | None = None,
    registry: Registry | None = None,
) -> StudyConfig:
    """Read a study file and return the study, defaults filled in.

    ``overrides`` are ``key=value`` texts, with dotted keys and YAML values; ``data_root`` replaces
    ``data.root``; ``registry`` holds the components there are (default: all installed plugins).

    Raises:
        StudyFileError: with every mistake, one line each; its ``problems`` are the same, with their places.
    """
    file = FilePath(path)
    tree, problems = _tree(file, overrides)
    recovered, mistakes = recover(tree)
    findings = Findings(
        recovered.tree, registry if registry is not None else load_registry(), recovered.damaged
    )
    config = checked(located(recovered.config, file, data_root), findings)
    problems = distinct(
        [*problems, *mistakes, *findings.problems, *_no_root(config, data_root, recovered.tree)]
    )
    if problems:
        raise refusal(problems)
    return config


def _tree(file: FilePath, overrides: Sequence[str]) -> tuple[Node, list[Problem]]:
    """Return the nodes of the file with the overrides in it.

    Raises:
        StudyFileError: if nothing can be made of the file.
    """
    text = read_text(file)
    if isinstance(text, Problem):
        raise refusal([text])
    tree, problems = parse(text, str(file))
    if tree is None or not isinstance(tree.value, dict):
        raise refusal(problems or [_no_mapping(tree, str(file))])
    tree, more = overridden(tree, overrides)
    return tree, problems + more


def _no_mapping(tree: Node | None, source: str) -> Problem:
    if tree is None:
        return Problem(Place(source), "is empty; a study file needs at least the keys `study` and `tasks`")
    return Problem(
        tree.place, f"found {found_text(tree.plain())}, expected a mapping with the keys of a study file"
    )


def located(config: StudyConfig, file: FilePath, data_root: FilePath | None) -> StudyConfig:
    """Return the study with absolute folders: those in the file start at the file's own folder."""
    here = file.absolute().parent
    root = data_root.absolute() if data_root is not None else _absolute(config.data.root, here)
    options = config.data.options
    options = options.model_copy(update={"cache_dir": _absolute(options.cache_dir, here)})
    return config.model_copy(
        update={"data": config.data.model_copy(update={"root": root, "options": options})}
    )


def _no_root(config: StudyConfig, data_root: FilePath | None, tree: Node) -> list[Problem]:
    root = config.data.root
    if root is None or root.is_dir():
        return []
    place = Place(f"--data-root {data_root}") if data_root is not None else place_of(tree, ("data", "root"))
    return [Problem(place, f"data.root: found {root}, which is not a directory")]


def _absolute(folder: FilePath | None, here: FilePath) -> FilePath | None:
    return None if folder is None else here / folder.expanduser()


def distinct(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems in the order of the file, overrides last; equal ones once."""
    return sorted(
        dict.fromkeys(problems), key=lambda p: (p.place.line is None, p.place.line or 0, p.place.column or 0)
    )


def refusal(problems: Sequence[Problem]) -> StudyFileError:
    """Return the error that shows the problems, one line each."""
    return StudyFileError("\n".join(map(str, problems)), problems=tuple(problems))
