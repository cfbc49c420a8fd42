"""fsdkaggle2018: the tables of the release and of the competition."""

from __future__ import annotations

import pytest

from harness.api import DataError
from tests.plugins.harness_audio.datasets.trees import (
    BY_NAME,
    TreeContract,
    build,
    listed,
    replace_text,
    write_text,
    write_wav,
)

TRAIN = "FSDKaggle2018.meta/train_post_competition.csv"
TEST = "FSDKaggle2018.meta/test_post_competition_scoring_clips.csv"
BY = "http://creativecommons.org/licenses/by/3.0/"


def tree(directory):
    for name in ("00044347", "001ca53d", "002d256b"):
        write_wav(directory / f"FSDKaggle2018.audio_train/{name}.wav")
    write_wav(directory / "FSDKaggle2018.audio_test/00326aa9.wav")
    write_text(
        directory / TRAIN,
        "fname,label,manually_verified,freesound_id,license\n"
        f"00044347.wav,Hi-hat,0,28739,{BY}\n001ca53d.wav,Saxophone,1,358827,{BY}\n"
        f"002d256b.wav,Trumpet,0,10897,{BY}\n",
    )
    write_text(
        directory / TEST,
        f"fname,label,usage,freesound_id,license\n00326aa9.wav,Trumpet,Private,355125,{BY}\n",
    )


class TestContract(TreeContract):
    record = BY_NAME["fsdkaggle2018"]
    tree = staticmethod(tree)


@pytest.fixture
def corpus(tmp_path):
    tree(tmp_path / "fsd")
    return tmp_path / "fsd"


def test_clips(corpus):
    assert build("fsdkaggle2018", corpus).tasks[0].classes == ("Hi-hat", "Saxophone", "Trumpet")
    clips = listed("fsdkaggle2018", corpus)
    assert [(clip.labels["sound"], clip.group, clip.split) for clip in clips.values()] == [
        ("Hi-hat", "28739", "train"),
        ("Saxophone", "358827", "train"),
        ("Trumpet", "10897", "train"),
        ("Trumpet", "355125", "test"),
    ]


def test_only_verified_labels_of_the_training_part(corpus):
    clips = listed("fsdkaggle2018", corpus, verified_only=True)
    assert list(clips) == ["FSDKaggle2018.audio_train/001ca53d.wav", "FSDKaggle2018.audio_test/00326aa9.wav"]


def test_layout_of_the_competition(tmp_path):
    corpus = tmp_path / "fsd"
    for file in ("audio_train/a.wav", "audio_train/b.wav", "audio_test/c.wav", "audio_test/d.wav"):
        write_wav(corpus / file)
    write_text(corpus / "train.csv", "fname,label,manually_verified\na.wav,Bark,1\nb.wav,Bus,0\n")
    write_text(
        corpus / "test_post_competition.csv", "fname,label,usage\nc.wav,Bus,Public\nd.wav,None,Ignored\n"
    )
    clips = listed("fsdkaggle2018", corpus)
    assert [(file, clip.split, clip.group) for file, clip in clips.items()] == [
        ("audio_train/a.wav", "train", None),
        ("audio_train/b.wav", "train", None),
        ("audio_test/c.wav", "test", None),
    ]


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        (TRAIN, "00044347.wav", "00044348.wav", r"competition.csv:2: file .*00044348.wav' is not in"),
        (TRAIN, "00044347.wav", "../00044347.wav", r"competition.csv:2: file .* must be a path inside"),
        (
            TRAIN,
            "Hi-hat,0",
            "Hi-hat,maybe",
            r"competition.csv:2: manually_verified 'maybe' is neither 0 nor 1",
        ),
        (TRAIN, "Hi-hat,0", "Hi-hat", r"competition.csv:2: 4 values for 5 columns"),
        (TRAIN, "manually_verified", "verified", r"no column 'manually_verified'"),
        (
            TEST,
            "Trumpet",
            "Trumpett",
            r"clips.csv:2: label 'Trumpett' is not a class \(did you mean 'Trumpet'",
        ),
    ],
)
def test_damage(corpus, table, old, new, message):
    replace_text(corpus / table, old, new)
    with pytest.raises(DataError, match=message):
        listed("fsdkaggle2018", corpus)


def test_missing_tables_are_named(corpus):
    (corpus / TEST).unlink()
    with pytest.raises(
        DataError, match=r"has no FSDKaggle2018.meta/test_post_competition_scoring_clips.csv and"
    ):
        listed("fsdkaggle2018", corpus)
