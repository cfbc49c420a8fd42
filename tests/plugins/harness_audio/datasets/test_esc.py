"""esc50 and esc10: the table, official folds, and the ten classes of the smaller one."""

from __future__ import annotations

import pytest

from harness.api import DataError
from harness_audio.datasets.esc_classes import ESC10, ESC50
from tests.plugins.harness_audio.datasets.trees import (
    BY_NAME,
    TreeContract,
    build,
    listed,
    replace_text,
    write_text,
    write_wav,
)

TABLE = "meta/esc50.csv"


def tree(directory):
    lines = ["filename,fold,target,category,esc10,src_file,take"]
    for target, name in enumerate(ESC50):
        for fold in (1, 2):
            file = f"{fold}-{1000 * fold + target}-A-{target}.wav"
            write_wav(directory / "audio" / file)
            lines.append(f"{file},{fold},{target},{name},{name in ESC10},{1000 * fold + target},A")
    write_text(directory / TABLE, "\n".join(lines) + "\n")


class TestEsc50Contract(TreeContract):
    record = BY_NAME["esc50"]
    tree = staticmethod(tree)


class TestEsc10Contract(TreeContract):
    record = BY_NAME["esc10"]
    tree = staticmethod(tree)


@pytest.fixture
def corpus(tmp_path):
    tree(tmp_path / "esc")
    return tmp_path / "esc"


def test_there_are_50_classes_and_10_of_them():
    assert len(set(ESC50)) == 50
    assert len(set(ESC10) & set(ESC50)) == 10


def test_esc50(corpus):
    sound, category = build("esc50", corpus).tasks
    assert sound.classes == ESC50
    assert len(category.classes) == 5
    clips = listed("esc50", corpus)
    assert len(clips) == 100
    clip = clips["audio/2-2021-A-21.wav"]
    assert clip.labels == {"sound": "sneezing", "category": "human_non_speech"}
    assert (clip.group, clip.fold, clip.split) == ("2021", "2", None)


def test_esc10(corpus):
    data = build("esc10", corpus)
    assert data.tasks[0].classes == ESC10
    assert {clip.labels["sound"] for clip in data.clips()} == set(ESC10)
    assert len(list(data.clips())) == 20
    assert (data.licence, build("esc50", corpus).licence) == ("CC BY 3.0", "CC BY-NC 3.0")


def test_without_a_category_its_sounds_are_gone(corpus):
    data = build("esc50", corpus, exclude_labels={"category": ("animals", "exterior")})
    assert data.tasks[0].classes == ESC50[10:40]
    assert data.tasks[1].classes == ("natural_soundscapes", "human_non_speech", "interior")
    assert len(list(data.clips())) == 60


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",0,dog,", ",1,dog,", r"esc50.csv:2: target '1' of 'dog' must be 0"),
        (",dog,", ",dogg,", r"esc50.csv:2: category 'dogg' is not a class \(did you mean 'dog'\?\)"),
        ("wav,1,0,", "wav,6,0,", r"esc50.csv:2: fold '6' is not one of 1, 2, 3, 4, 5"),
        (",dog,True", ",dog,yes", r"esc50.csv:2: esc10 'yes' is neither True nor False"),
        ("1-1000-A-0.wav", "../0.wav", r"esc50.csv:2: file 'audio/../0.wav' must be a path inside"),
        ("1-1000-A-0.wav", "9-9-A-0.wav", r"esc50.csv:2: file 'audio/9-9-A-0.wav' is not in"),
        (",1000,A", ",1000", r"esc50.csv:2: 6 values for 7 columns"),
        ("src_file", "source", r"esc50.csv: esc10: no column 'src_file'"),
    ],
)
def test_damage(corpus, old, new, message):
    replace_text(corpus / TABLE, old, new)
    with pytest.raises(DataError, match=message):
        listed("esc10", corpus)


def test_no_table(corpus):
    (corpus / TABLE).unlink()
    with pytest.raises(DataError, match=r"cannot read .*esc50.csv"):
        listed("esc50", corpus)
