"""The folder data set: clips, groups, times, official parts, and paths that stay inside."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from harness.api import DataError, DatasetContext
from harness.testing import DatasetContract
from harness_audio.datasets.folder import Folder
from harness_audio.datasets.parameters import FolderParameters
from tests.plugins.harness_audio.datasets.trees import BY_NAME, write_text, write_wav

ROWS = """file,sound,speaker,group,fold,split
clips/a.wav,dog,ann,g1,1,train
clips/b.wav,cat,bob,g2,2,val
clips/c.wav,,ann,g1,2,Test
"""


def folder(root: Path, text: str = ROWS, *, path: str = "corpus", **values) -> Folder:
    directory = root / "corpus"
    directory.mkdir(exist_ok=True)
    (directory / "labels.csv").write_text(text)
    values = {"tasks": {"sound": "multiclass"}} | values
    context = DatasetContext(root=root, cache_dir=root / "cache")
    return Folder(FolderParameters(path=path, **values), context)


def test_clips_and_tasks(tmp_path):
    data = folder(tmp_path, tasks={"sound": "multiclass", "who": {"kind": "binary", "column": "speaker"}})
    assert [(task.name, task.kind, task.classes) for task in data.tasks] == [
        ("sound", "multiclass", ("cat", "dog")),
        ("who", "binary", ("ann", "bob")),
    ]
    first, second, third = data.clips()
    assert first.id == "clips/a.wav"
    assert first.path == tmp_path / "corpus/clips/a.wav"
    assert first.labels == {"sound": "dog", "who": "ann"}
    assert third.labels["sound"] is None
    assert [(clip.group, clip.fold, clip.split) for clip in (first, second, third)] == [
        ("g1", "1", "train"),
        ("g2", "2", "validation"),
        ("g1", "2", "test"),
    ]
    assert (first.start_s, first.end_s, first.sample_rate) == (None, None, None)


def test_the_same_clips_every_time(tmp_path):
    data = folder(tmp_path)
    assert list(data.clips()) == list(data.clips())


def test_group_override_names_any_column(tmp_path):
    data = folder(
        tmp_path,
        tasks={
            "sound": "multiclass",
            "speaker": {"kind": "multiclass", "group": "file"},
            "also": {"kind": "multiclass", "column": "sound", "group": "speaker"},
        },
    )
    assert [task.group for task in data.tasks] == [None, "file", "speaker"]
    assert next(data.clips()).groups == {"file": "clips/a.wav", "speaker": "ann"}
    with pytest.raises(
        DataError, match=r"group of task 'sound': no column 'speker' \(did you mean 'speaker'\?\)"
    ):
        folder(tmp_path, tasks={"sound": {"kind": "multiclass", "group": "speker"}})


def test_columns_switched_off_absent_or_renamed(tmp_path):
    off = next(folder(tmp_path, group=None, fold=None, split=None).clips())
    assert (off.group, off.fold, off.split) == (None, None, None)
    absent = next(folder(tmp_path, "file,sound\na.wav,x\nb.wav,y\n").clips())
    assert (absent.group, absent.fold, absent.split) == (None, None, None)
    assert next(folder(tmp_path, group="speaker").clips()).group == "ann"
    with pytest.raises(DataError, match=r"group: no column 'patient'.*; columns: file, sound"):
        folder(tmp_path, group="patient")
    with pytest.raises(DataError, match="file: no column 'path'"):
        folder(tmp_path, file="path")


def test_an_unknown_group_of_a_labelled_clip_is_refused(tmp_path):
    text = "file,sound,group\na.wav,x,g\nb.wav,y,\nc.wav,,\n"
    with pytest.raises(DataError, match=r"labels.csv:3: .* a label of 'sound' but an empty 'group'"):
        list(folder(tmp_path, text).clips())
    assert len(list(folder(tmp_path, text, group=None).clips())) == 3
    unlabelled = list(folder(tmp_path, text.replace("b.wav,y", "b.wav,")).clips())
    assert [clip.group for clip in unlabelled] == ["g", None, None]


def test_times_make_clips_of_one_file(tmp_path):
    text = "file,sound,start_s,end_s\na.wav,x,0,1.5\na.wav,y,1.5,\nb.wav,x,,\n"
    clips = list(folder(tmp_path, text, sample_rate=8000).clips())
    assert [clip.id for clip in clips] == ["a.wav#0-1.5", "a.wav#1.5-", "b.wav"]
    assert [(clip.start_s, clip.end_s) for clip in clips] == [(0.0, 1.5), (1.5, None), (None, None)]
    assert {clip.sample_rate for clip in clips} == {8000}


@pytest.mark.parametrize("cell", ["-1", "nan", "soon"])
def test_times_are_checked(tmp_path, cell):
    with pytest.raises(DataError, match=f"labels.csv:2: start_s '{cell}' is not a time in seconds"):
        list(folder(tmp_path, f"file,sound,start_s\na.wav,x,{cell}\n").clips())


def test_unknown_split_says_the_way_out(tmp_path):
    with pytest.raises(
        DataError, match=r"labels.csv:2: split 'tran' \(did you mean 'train'\?\).*split to null"
    ):
        list(folder(tmp_path, "file,sound,split\na.wav,x,tran\n").clips())


def test_without_tasks_the_columns_are_listed(tmp_path):
    with pytest.raises(
        DataError, match=r"no tasks are given.*file \(3\), sound \(2\), speaker \(2\), group \(2\)"
    ):
        folder(tmp_path, tasks={})


def test_missing_directory_names_where_it_was_looked_for(tmp_path):
    with pytest.raises(
        DataError, match=rf"{tmp_path}/nowhere does not exist; .* start at {tmp_path} .*--data-root"
    ):
        folder(tmp_path, path="nowhere")
    with pytest.raises(DataError, match="is not a directory"):
        folder(tmp_path, path="corpus/labels.csv")


def test_relative_paths_start_here_without_a_root(tmp_path, monkeypatch):
    folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    parameters = FolderParameters(path="corpus", tasks={"sound": "multiclass"})
    context = DatasetContext(root=None, cache_dir=tmp_path)
    assert Folder(parameters, context).directory == tmp_path / "corpus"
    absolute = FolderParameters(path=str(tmp_path / "corpus"), tasks={"sound": "multiclass"})
    root = DatasetContext(root=tmp_path / "elsewhere", cache_dir=tmp_path)
    assert Folder(absolute, root).directory == tmp_path / "corpus"


@pytest.mark.parametrize(
    "file", ["../a.wav", "clips/../../a.wav", "/etc/passwd", "", "C:\\a.wav", "\\\\host\\a.wav", "..\\a.wav"]
)
def test_paths_stay_inside(tmp_path, file):
    with pytest.raises(DataError, match=r"labels.csv:2: file .* must be a path inside .*corpus"):
        list(folder(tmp_path, f"file,sound\n{file},x\n").clips())


def test_links_may_not_lead_outside(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/a.wav").touch()
    data = folder(tmp_path, "file,sound\nout/a.wav,x\n")
    (tmp_path / "corpus/out").symlink_to(tmp_path / "secret")
    with pytest.raises(
        DataError, match=rf"file 'out/a.wav' leads out of .*corpus to {tmp_path}/secret/a.wav"
    ):
        list(data.clips())
    (tmp_path / "corpus/out").unlink()
    (tmp_path / "corpus/real").mkdir()
    (tmp_path / "corpus/out").symlink_to(tmp_path / "corpus/real")
    assert [clip.id for clip in data.clips()] == ["out/a.wav"]


def test_a_linked_data_set_is_its_target(tmp_path):
    folder(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "corpus")
    assert len(list(folder(tmp_path, path="link").clips())) == 3


def test_licence_and_citation(tmp_path):
    data = folder(tmp_path, domain="speech")
    assert (data.licence, data.citation, data.domain) == ("unknown", "", "speech")
    (tmp_path / "corpus/SOURCE.md").write_text("- License: CC0\n- Citation: A book\n")
    data = folder(tmp_path)
    assert (data.licence, data.citation) == ("CC0", "A book")


class TestContract(DatasetContract):
    record = BY_NAME["folder"]
    parameters: ClassVar = {"path": "corpus", "tasks": {"sound": "multiclass"}}

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _corpus(cls, tmp_path_factory):
        cls.root = tmp_path_factory.mktemp("root")
        for name in "abc":
            write_wav(cls.root / "corpus" / "clips" / f"{name}.wav")
        write_text(cls.root / "corpus" / "labels.csv", ROWS)
        write_text(cls.root / "corpus" / "SOURCE.md", "- License: CC0\n")
