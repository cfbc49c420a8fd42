"""``harness plugins``: list and show."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.usefixtures("registry")


def test_list_shows_components_and_failures(command):
    ended = command("plugins", "list")
    assert ended.code == 0
    assert "spoken [digits] (tasks: digit, voice)" in ended.out
    assert "fake-dist 1.2" in ended.out
    assert "plugin broken (broken-dist 0.1) failed to load: OSError: gone" in ended.out
    assert "Traceback …" in ended.out


def test_list_as_json_is_one_list(command):
    found = json.loads(command("plugins", "list", "--json").out)
    assert [(entry["kind"], entry["name"]) for entry in found] == [
        ("dataset", "words"),
        ("feature", "same"),
        ("model", "net"),
        ("model", "same"),
        ("failure", "broken"),
    ]
    assert all({"name", "kind", "distribution", "version", "parameters"} <= set(entry) for entry in found)
    assert found[0]["tasks"] == ["digit", "voice"]
    assert found[2]["parameters"] == [
        {"name": "width", "type": "integer", "default": 8, "required": False, "description": ""}
    ]
    assert (found[-1]["error"], found[-1]["parameters"]) == ("OSError: gone", [])
    assert found[-1]["traceback"].startswith("Traceback")


def test_list_of_one_kind(command):
    found = json.loads(command("plugins", "list", "--kind", "model", "--json").out)
    assert [entry["name"] for entry in found] == ["net", "same", "broken"]
    ended = command("plugins", "list", "--kind", "modl")
    assert ended.code == 2
    assert "did you mean 'model'?" in ended.err


def test_show_every_kind_of_a_name(command):
    ended = command("plugins", "show", "same")
    assert "feature same" in ended.out
    assert "model same" in ended.out
    assert "source: Someone 2020" in ended.out
    assert [entry["kind"] for entry in json.loads(command("plugins", "show", "same", "--json").out)] == [
        "feature",
        "model",
    ]


def test_show_parameters_and_docstring(command):
    shown = command("plugins", "show", "net").out
    assert "Parameters of the test's network." in shown
    for word in ("width", "integer", "8"):
        assert word in shown


def test_show_an_unknown_name(command):
    ended = command("plugins", "show", "sam")
    assert ended.code == 4
    assert ended.err == (
        "unknown component 'sam' (did you mean 'same'?); allowed: net, same, words;"
        " plugins that failed to load: broken (see 'harness plugins list')\n"
    )


@pytest.mark.parametrize(
    "argv", [["plugins", "list"], ["plugins", "list", "--json"], ["plugins", "show", "cnn"]]
)
def test_listing_loads_nothing_heavy(argv):
    code = (
        f"import sys; from harness.cli.main import main; code = main({argv!r});"
        "print([m for m in ('torch', 'pandas', 'numpy', 'scipy') if m in sys.modules], code)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[] 0"
