"""speech_commands: words from folders, speakers from hashes, parts from the two lists."""

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


def tree(directory):
    for word in ("yes", "no", "bed"):
        for speaker in ("0a7c2a8d", "ffd2ba2f", "1b4c9b89"):
            write_wav(directory / f"{word}/{speaker}_nohash_0.wav")
    write_wav(directory / "_background_noise_/pink_noise.wav")
    write_text(directory / "validation_list.txt", "yes/ffd2ba2f_nohash_0.wav\nno/ffd2ba2f_nohash_0.wav\n")
    write_text(directory / "testing_list.txt", "bed/1b4c9b89_nohash_0.wav\n")


class TestContract(TreeContract):
    record = BY_NAME["speech_commands"]
    tree = staticmethod(tree)


@pytest.fixture
def corpus(tmp_path):
    tree(tmp_path / "commands")
    return tmp_path / "commands"


def test_clips(corpus):
    assert build("speech_commands", corpus).tasks[0].classes == ("bed", "no", "yes")
    clips = listed("speech_commands", corpus)
    assert len(clips) == 9
    clip = clips["yes/ffd2ba2f_nohash_0.wav"]
    assert (clip.labels, clip.group, clip.split) == ({"keyword": "yes"}, "ffd2ba2f", "validation")
    assert clips["bed/1b4c9b89_nohash_0.wav"].split == "test"
    assert clips["bed/ffd2ba2f_nohash_0.wav"].split == "train"


def test_keywords_are_chosen_in_their_order(corpus):
    data = build("speech_commands", corpus, keywords=("yes", "bed"))
    assert data.tasks[0].classes == ("yes", "bed")
    assert len(list(data.clips())) == 6
    with pytest.raises(DataError, match=r"keyword 'yess' is not a class \(did you mean 'yes'\?\)"):
        build("speech_commands", corpus, keywords=("yess",))


def test_excluded_labels_are_gone(corpus):
    data = build("speech_commands", corpus, exclude_labels={"keyword": ("no",)})
    assert data.tasks[0].classes == ("bed", "yes")
    assert {clip.labels["keyword"] for clip in data.clips()} == {"bed", "yes"}
    with pytest.raises(
        DataError, match=r"speech_commands: exclude_labels: no task 'word' .*; tasks: keyword"
    ):
        build("speech_commands", corpus, exclude_labels={"word": ("no",)})
    with pytest.raises(DataError, match="keyword 'maybe' is not a class"):
        build("speech_commands", corpus, exclude_labels={"keyword": ("maybe",)})


def test_a_listed_file_that_is_not_there(corpus):
    (corpus / "no/ffd2ba2f_nohash_0.wav").unlink()
    with pytest.raises(DataError, match=r"validation_list.txt:2: file 'no/ffd2ba2f_nohash_0.wav' is not in"):
        listed("speech_commands", corpus)


def test_a_listed_file_outside(corpus):
    replace_text(corpus / "testing_list.txt", "bed/", "../bed/")
    with pytest.raises(DataError, match=r"testing_list.txt:1: file '../bed/.* must be a path inside"):
        listed("speech_commands", corpus)


def test_a_clip_in_two_lists(corpus):
    replace_text(corpus / "testing_list.txt", "bed/1b4c9b89", "yes/ffd2ba2f")
    with pytest.raises(DataError, match=r"testing_list.txt:1: .* is in validation_list.txt too"):
        listed("speech_commands", corpus)


def test_no_list(corpus):
    (corpus / "testing_list.txt").unlink()
    with pytest.raises(DataError, match=r"cannot read .*testing_list.txt: No such file"):
        listed("speech_commands", corpus)


def test_another_name_is_refused(corpus):
    write_wav(corpus / "yes/recording.wav")
    with pytest.raises(DataError, match=r"yes/recording.wav: the name is not \{speaker\}_nohash_"):
        listed("speech_commands", corpus)


def test_no_words(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="has no folders of words"):
        build("speech_commands", tmp_path / "empty")
