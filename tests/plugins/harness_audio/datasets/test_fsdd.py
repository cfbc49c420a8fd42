"""fsdd: digits and speakers from file names, and the official split by index."""

from __future__ import annotations

import pytest

from harness.api import DataError
from tests.plugins.harness_audio.datasets.trees import BY_NAME, TreeContract, build, listed, write_wav


def tree(directory):
    for digit in range(10):
        for speaker in ("theo", "george"):
            for index in range(6):
                write_wav(directory / f"recordings/{digit}_{speaker}_{index}.wav")


class TestContract(TreeContract):
    record = BY_NAME["fsdd"]
    tree = staticmethod(tree)


@pytest.fixture
def corpus(tmp_path):
    tree(tmp_path / "fsdd")
    return tmp_path / "fsdd"


def test_clips(corpus):
    data = build("fsdd", corpus)
    assert [task.classes for task in data.tasks] == [tuple("0123456789"), ("george", "theo")]
    assert [task.group for task in data.tasks] == [None, "file"]
    clips = listed("fsdd", corpus)
    assert len(clips) == 120
    clip = clips["recordings/7_theo_4.wav"]
    assert clip.labels == {"digit": "7", "speaker": "theo"}
    assert (clip.group, clip.groups, clip.split) == ("theo", {"file": clip.id}, "test")
    assert clips["recordings/7_theo_5.wav"].split == "train"


def test_a_missing_index_is_named(corpus):
    (corpus / "recordings/3_george_2.wav").unlink()
    with pytest.raises(DataError, match=r"recordings/3_george_2.wav is missing in .*indices go to 5"):
        build("fsdd", corpus)


def test_another_name_is_refused(corpus):
    write_wav(corpus / "recordings/ten_theo_0.wav")
    with pytest.raises(DataError, match=r"fsdd/recordings/ten_theo_0.wav: the name is not \{digit\}_"):
        build("fsdd", corpus)


def test_no_recordings(tmp_path):
    (tmp_path / "fsdd").mkdir()
    with pytest.raises(DataError, match=r"fsdd: no files recordings/\*.wav in .*fsdd"):
        build("fsdd", tmp_path / "fsdd")


def test_a_link_may_not_lead_outside(corpus, tmp_path):
    write_wav(tmp_path / "outside.wav")
    (corpus / "recordings/0_theo_6.wav").symlink_to(tmp_path / "outside.wav")
    with pytest.raises(DataError, match=r"file 'recordings/0_theo_6.wav' leads out of .*fsdd"):
        listed("fsdd", corpus)
