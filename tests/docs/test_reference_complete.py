"""Every hook, study-file key, table column and command has an entry in its reference page that says something.

What there is, is asked of the code here; the pages are read as they lie there, whatever wrote them.
"""

from dataclasses import fields

import pytest
from typer.main import get_command

from harness.cli.main import app
from harness.config.component import ComponentUse
from harness.config.datasets import DatasetUse
from harness.config.study import StudyConfig
from harness.plugin_checks import RECORDS
from harness.records import Component, TermRecord
from harness.results.schemas import TABLES
from tests.docs.command_lines import mistakes
from tests.docs.markdown import ROOT
from tests.docs.reference_tables import meanings, sections


def page(name: str) -> str:
    return (ROOT / "docs" / "reference" / f"{name}.md").read_text(encoding="utf-8")


def file_keys(schema: dict, root: dict, prefix: str = "") -> list[str]:
    """The dotted keys of a JSON schema; components, data sets and distributions have sections of their own."""
    found = []
    for name, field in schema["properties"].items():
        target = field.get("$ref", "").rpartition("/")[2]
        inner = root.get("$defs", {}).get(target, {})
        own = "properties" in inner and target not in ("ComponentUse", "DatasetUse", "Distribution")
        found += file_keys(inner, root, f"{prefix}{name}.") if own else [prefix + name]
    return found


def all_keys(model) -> list[str]:
    schema = model.model_json_schema(by_alias=True)
    return [key for key in file_keys(schema, schema) if key != "parameters"]


def all_commands(command, path="harness"):
    for name, inner in command.commands.items():
        if hasattr(inner, "commands"):
            yield from all_commands(inner, f"{path} {name}")
        elif not inner.hidden:
            yield f"{path} {name}", inner


COMMANDS = dict(all_commands(get_command(app)))


def silent(wanted, found: dict[str, str]) -> list[str]:
    """What has no row, or a row that says nothing."""
    return [name for name in wanted if not found.get(name)]


@pytest.mark.parametrize("model", [StudyConfig, ComponentUse, DatasetUse])
def test_every_key_of_the_study_file(model):
    assert not silent(all_keys(model), meanings(page("study-file")))


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_every_table(name):
    found = sections(page("tables"))[name]
    assert not silent([column.name for column in TABLES[name].columns], meanings(found))
    assert TABLES[name].row in found


@pytest.mark.parametrize("path", COMMANDS)
def test_every_argument_and_option_of_every_command(path):
    found = sections(page("commands"))[path]
    shown = [one for one in COMMANDS[path].params if not getattr(one, "hidden", False)]
    names = [
        ", ".join([*one.opts, *one.secondary_opts])
        if one.param_type_name == "option"
        else (one.metavar or one.name.upper())
        for one in shown
    ]
    rows = {name.strip("[]…"): said for name, said in meanings(found).items()}
    assert not silent([name.strip("[]…") for name in names], rows)


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_says_what_it_does_with_an_example(path):
    words, _, rest = sections(page("commands"))[path].strip().partition("```text")
    assert len(words) > 20
    lines = [line.removeprefix("$ ") for line in rest.splitlines() if line.startswith("$ ")]
    assert any(line.startswith(path) for line in lines)
    assert not mistakes("\n".join(lines))


@pytest.mark.parametrize(("hook", "record"), RECORDS.items())
def test_every_hook_and_every_field_of_its_record(hook, record):
    found = sections(page("hooks"))[hook]
    assert f"{record.__name__}`**, of the kind" in found
    assert "Contract`** of `harness.testing`: " in found
    assert len(found.strip().partition("**`")[0]) > 40
    own = [field.name for field in fields(record) if field.name in record.__annotations__]
    assert not silent([name for name in own if name != "kind"], meanings(found))


def test_the_fields_of_all_records():
    found = sections(page("hooks"))
    assert not silent([field.name for field in fields(Component)], meanings(found["What every record has"]))
    assert not silent(["task_kinds"], meanings(found[f"{TermRecord.__name__} in harness_losses"]))
