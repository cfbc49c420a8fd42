"""The commands of ``harness data``, over data sets on this machine."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace

import pytest

from harness.plugins import Registered, Registry, load_registry
from harness.records import Download, Fetch
from tests.corpora.conftest import corpus, served  # noqa: F401
from tests.corpora.test_unpack import zipped


def test_list_shows_what_there_is(command) -> None:
    ended = command("data", "list", "--json")
    rows = {row["name"]: row for row in json.loads(ended.out)}
    assert ended.code == 0
    assert rows["fsdd"]["tasks"] == ["digit", "speaker"]
    assert (rows["fsdd"]["fetch"], rows["esc50"]["fetch"], rows["notes"]["fetch"]) == ("yes", "by hand", "no")
    assert rows["folder"]["needs"] == ["path"]
    assert "CC BY-SA 4.0" in command("data", "list").out


def test_list_of_a_study_says_where_files_are_looked_for(command, tmp_path) -> None:
    study = tmp_path / "s.yaml"
    study.write_text(
        "study: s\ndatasets: [{as: a, use: folder, path: a, tasks: {k: multiclass}}, {use: notes, n_clips: 300}]\n"
        "tasks: [a/k, notes/family]\n"
    )
    (tmp_path / "a").mkdir()
    ended = command("data", "list", "--study", study, "--data-root", tmp_path, "--json")
    assert [(row["name"], row["place"], row["there"]) for row in json.loads(ended.out)] == [
        ("a", str(tmp_path / "a"), True),
        ("notes", None, None),
    ]


def test_check_ends_with_3_where_a_study_would_stop(command, corpus) -> None:  # noqa: F811
    params = [part for param in corpus.params for part in ("--param", param)]
    good = command("data", "check", "folder", *params)
    assert good.code == 0
    assert "1 data set(s): 0 error(s), 0 warning(s)" in good.out
    (corpus.folder / "03.wav").unlink()
    bad = command("data", "check", "folder", *params, "--json")
    (row,) = json.loads(bad.out)
    assert bad.code == 3
    assert {one["check"] for one in row["findings"] if one["level"] == "error"} == {"missing file", "clips"}
    assert "put the file there" in command("data", "check", "folder", *params).out


def test_preview_writes_a_page(command, corpus, tmp_path) -> None:  # noqa: F811
    params = [part for param in corpus.params for part in ("--param", param)]
    out = tmp_path / "sheet.html"
    ended = command("data", "preview", "folder", *params, "--to", out, "--per-class", 1)
    assert (ended.code, out.read_text().count("<figure>")) == (0, 2)
    assert ended.out.splitlines() == ["folder/kind: 2 of 12 clips", str(out)]
    wrong = command("data", "preview", "folder", *params, "--to", tmp_path / "sheet.gif")
    assert (wrong.code, "sheet.gif" in re.sub(r"[\s│]", "", wrong.err)) == (2, True)  # long paths are wrapped
    silent = command("data", "preview", "folder", *params, "--to", tmp_path / "sheet.pdf", "--audio")
    assert (silent.code, "can be heard" in silent.err) == (2, True)


@pytest.fixture
def birds(served, tmp_path, monkeypatch):  # noqa: F811
    """A registry that offers one corpus, published on this machine."""
    data = zipped(tmp_path / "birds.zip", {"top/a.wav": b"sound"}).read_bytes()
    served.files["birds.zip"] = data
    file = Download(
        url=served.url("birds.zip"),
        hash=f"md5:{hashlib.md5(data).hexdigest()}",
        hash_source="the test",
        size_bytes=len(data),
    )
    fetch = Fetch(homepage="https://example.org", files=(file,), folder="top")
    record = replace(
        load_registry().get("dataset", "fsdd").component, name="birds", licence="CC0", fetch=fetch
    )
    registry = Registry()
    registry.add(Registered(record, "fake", "fake", "1"))
    monkeypatch.setattr("harness.plugins.load_registry", lambda: registry)
    return registry


def test_fetch_asks_first_and_says_what_comes_next(command, birds, tmp_path, monkeypatch) -> None:
    to = tmp_path / "data"
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda text: "n")
    refused = command("data", "fetch", "birds", "--to", to)
    assert refused.code == 1
    assert not to.exists()
    assert "licence: CC0" in refused.out
    ended = command("data", "fetch", "birds", "--to", to, "--yes")
    assert ended.code == 0
    assert (to / "birds" / "top" / "a.wav").read_bytes() == b"sound"
    assert f"in a study: {{use: birds, path: birds/top}}, with --data-root {to}" in ended.out
    again = command("data", "fetch", "birds", "--to", to)  # nothing left to ask
    assert (again.code, "licence" in again.out) == (0, False)


def test_fetch_of_an_unknown_name_is_told(command, birds, tmp_path) -> None:
    ended = command("data", "fetch", "brids", "--to", tmp_path)
    assert (ended.code, "did you mean 'birds'" in ended.err) == (4, True)
