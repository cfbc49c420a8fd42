"""Every corpus beside the repository can be read, and has the classes that its SOURCE.md states."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from harness.api import DatasetContext
from harness_audio.datasets.folder import Folder
from harness_audio.datasets.parameters import FolderParameters

DATA = Path(__file__).parents[5] / "shared" / "data"

CORPORA = {
    "arabic_commands": ({"keyword": 16, "kind": 2, "digit": 10, "speaker": 30}, 960, 30),
    "cough_covid": ({"covid19": 2, "status": 3, "source": 2}, 542, 542),
    "drums": ({"piece": 10, "material": 3, "kit": 14}, None, None),
    "esc10": ({"sound": 10, "category": 4}, 400, None),
    "fsdd": ({"digit": 10, "speaker": 6, "accent": 4}, 3000, 6),
    "instruments": ({"family": None, "pitch_class": 12, "register": 4}, 655, None),
}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no corpora at {DATA}")


def read(name: str, tasks: dict) -> Folder:
    context = DatasetContext(root=DATA, cache_dir=DATA)
    return Folder(FolderParameters(path=name, tasks=tasks), context)


@pytest.mark.parametrize("name", CORPORA)
def test_corpus(name):
    classes, n_clips, n_groups = CORPORA[name]
    data = read(name, {task: "multiclass" for task in classes})
    clips = list(data.clips())
    for task in data.tasks:
        assert classes[task.name] in (None, len(task.classes))
        assert {clip.labels[task.name] for clip in clips} - {None} == set(task.classes)
    assert len({clip.id for clip in clips}) == len(clips)
    assert n_clips in (None, len(clips))
    assert n_groups in (None, len({clip.group for clip in clips}))
    assert data.licence != "unknown"
    assert all(clip.path.is_file() for clip in clips[::50])


def test_official_parts_and_groups():
    esc10 = list(read("esc10", {"sound": "multiclass"}).clips())
    assert Counter(clip.fold for clip in esc10) == dict.fromkeys("12345", 80)
    fsdd = list(read("fsdd", {"speaker": {"kind": "multiclass", "group": "file"}}).clips())
    assert Counter(clip.split for clip in fsdd) == {"train": 2700, "test": 300}
    assert len({clip.groups["file"] for clip in fsdd}) == 3000
    arabic = list(read("arabic_commands", {"keyword": "multiclass"}).clips())
    assert {clip.split for clip in arabic} == {"train", "validation", "test"}


def test_binary_and_regression():
    cough = read("cough_covid", {"covid19": {"kind": "binary", "positive": "positive"}})
    assert cough.tasks[0].classes == ("negative", "positive")
    notes = read("instruments", {"key": {"kind": "regression", "column": "midi_key"}})
    assert all(0 <= clip.labels["key"] <= 127 for clip in notes.clips())
