"""ravdess: labels from file names, actors as groups, complete sets."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.api import DataError
from harness_audio.datasets.ravdess import EMOTIONS
from tests.plugins.harness_audio.datasets.trees import BY_NAME, TreeContract, build, listed, write_wav


def tree(directory):
    """Two actors, as the archive of speech unpacks; the second one also sang."""
    names = [
        f"{channel}-0{emotion}-0{intensity}-0{statement}-0{repetition}"
        for channel, emotions in (("01", range(1, 9)), ("02", range(1, 7)))
        for emotion in emotions
        for intensity in (1, 2)
        for statement in (1, 2)
        for repetition in (1, 2)
        if emotion > 1 or intensity == 1
    ]
    for name in names:
        write_wav(directory / f"Actor_02/03-{name}-02.wav")
        if name.startswith("01"):
            write_wav(directory / f"Actor_11/03-{name}-11.wav")


class TestContract(TreeContract):
    record = BY_NAME["ravdess"]
    tree = staticmethod(tree)


@pytest.fixture
def corpus(tmp_path):
    tree(tmp_path / "ravdess")
    return tmp_path / "ravdess"


def test_speech(corpus):
    data = build("ravdess", corpus)
    assert data.tasks[0].classes == tuple(EMOTIONS.values())
    assert [task.classes for task in data.tasks[1:]] == [("normal", "strong"), ("female", "male")]
    clips = listed("ravdess", corpus)
    assert Counter(clip.group for clip in clips.values()) == {"02": 60, "11": 60}
    clip = clips["Actor_11/03-01-06-02-01-02-11.wav"]
    assert clip.labels == {"emotion": "fearful", "intensity": "strong", "gender": "male"}
    assert clips["Actor_02/03-01-01-01-01-01-02.wav"].labels["gender"] == "female"


def test_song_has_six_emotions(corpus):
    data = build("ravdess", corpus, channels=("song",))
    assert data.tasks[0].classes == tuple(EMOTIONS.values())[:6]
    assert Counter(clip.group for clip in data.clips()) == {"02": 44}
    assert len(listed("ravdess", corpus, channels=("speech", "song"))) == 164


def test_the_archives_own_folders(tmp_path):
    tree(tmp_path / "ravdess/Audio_Speech_Actors_01-24")
    assert len(listed("ravdess", tmp_path / "ravdess")) == 120


def test_a_missing_recording_is_named(corpus):
    (corpus / "Actor_11/03-01-05-01-02-01-11.wav").unlink()
    with pytest.raises(
        DataError, match=r"1 of 60 recordings of Actor_11 are missing in .*first: 03-01-05-01-02-01-11.wav"
    ):
        listed("ravdess", corpus)
    assert len(listed("ravdess", corpus, complete=False)) == 119


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("Actor_11/03-01-09-01-01-01-11.wav", "the name is not 03-"),
        ("Actor_11/01-01-05-01-01-01-11.wav", "the name is not 03-"),
        ("Actor_25/03-01-05-01-01-01-25.wav", "the name is not 03-"),
        ("Actor_02/03-01-05-01-01-01-11.wav", "a file of actor 11 must be in Actor_11"),
    ],
)
def test_other_names_are_refused(corpus, file, message):
    write_wav(corpus / file)
    with pytest.raises(DataError, match=f"{file}: {message}"):
        listed("ravdess", corpus)


def test_a_link_may_not_lead_outside(corpus, tmp_path):
    write_wav(tmp_path / "outside.wav")
    path = corpus / "Actor_11/03-01-05-01-02-01-11.wav"
    path.unlink()
    path.symlink_to(tmp_path / "outside.wav")
    with pytest.raises(DataError, match=r"03-01-05-01-02-01-11.wav' leads out of"):
        listed("ravdess", corpus)


def test_no_recordings(tmp_path):
    (tmp_path / "ravdess").mkdir()
    with pytest.raises(DataError, match="ravdess: no files"):
        listed("ravdess", tmp_path / "ravdess")
