"""asvspoof2015: the countermeasure protocols, and genders from the joint ones."""

from __future__ import annotations

from collections import Counter

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

PROTOCOLS = {
    "CM_protocol/cm_train.trn": ("T1", "T2"),
    "CM_protocol/cm_develop.ndx": ("D1", "D3"),
    "CM_protocol/cm_evaluation.ndx": ("E1", "E12"),
}
TRAIN = "CM_protocol/cm_train.trn"
JOINT = {"male": ("D1", "E1"), "female": ("D3", "E12")}
MALE = "Joint_ASV_CM_protocol/ASV_male_enrolment.ndx"


def tree(directory):
    for protocol, speakers in PROTOCOLS.items():
        lines = []
        for speaker in speakers:
            for number, method in enumerate(("human", "human", "S3"), start=1000001):
                kind = "human" if method == "human" else "spoof"
                lines.append(f"{speaker} {speaker}_{number} {method} {kind}\n")
                write_wav(directory / f"wav/{speaker}/{speaker}_{number}.wav")
        write_text(directory / protocol, "".join(lines))
    for gender, speakers in JOINT.items():
        lines = "".join(f"{speaker},{speaker}_1000001,{speaker}_1000002\n" for speaker in speakers)
        write_text(directory / f"Joint_ASV_CM_protocol/ASV_{gender}_enrolment.ndx", lines)


class TestContract(TreeContract):
    record = BY_NAME["asvspoof2015"]
    tree = staticmethod(tree)


@pytest.fixture
def corpus(tmp_path):
    tree(tmp_path / "asv")
    return tmp_path / "asv"


def test_clips(corpus):
    spoof, speaker, gender = build("asvspoof2015", corpus).tasks
    assert spoof.classes == ("human", "spoof")
    assert (speaker.classes, speaker.group) == (("D1", "D3", "E1", "E12", "T1", "T2"), "file")
    assert gender.classes == ("female", "male")
    clips = listed("asvspoof2015", corpus)
    assert Counter(clip.split for clip in clips.values()) == {"train": 6, "validation": 6, "test": 6}
    human, spoofed = (clips[f"wav/E12/E12_{number}.wav"] for number in (1000001, 1000003))
    assert human.labels == {"spoof": "human", "speaker": "E12", "gender": "female"}
    assert spoofed.labels == {"spoof": "spoof", "speaker": None, "gender": "female"}
    assert (human.group, human.groups) == ("E12", {"file": human.id})
    assert clips["wav/T1/T1_1000001.wav"].labels["gender"] is None
    assert clips["wav/D1/D1_1000001.wav"].labels["gender"] == "male"


def test_parts_and_no_genders(corpus):
    data = build("asvspoof2015", corpus, parts=("validation", "train"), genders=None)
    assert [task.name for task in data.tasks] == ["spoof", "speaker"]
    assert [clip.split for clip in data.clips()] == ["validation"] * 6 + ["train"] * 6


def test_names_with_txt(corpus):
    for name in PROTOCOLS:
        (corpus / name).rename(corpus / f"{name}.txt")
    assert len(listed("asvspoof2015", corpus)) == 18


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (TRAIN, "T1_1000001", "T1_1000009", r"cm_train.trn:1: file 'wav/T1/T1_1000009.wav' is not in"),
        (TRAIN, "T1 T1_1000001", "../T1 T1_1000001", r"cm_train.trn:1: file .* must be a path inside"),
        (TRAIN, "human human", "human", r"cm_train.trn:1: 3 values, 4 are expected: speaker, file, method"),
        (TRAIN, "human human", "human genuine", r"cm_train.trn:1: kind 'genuine' is not a class"),
        (TRAIN, "S3 spoof", "S11 spoof", r"cm_train.trn:3: method 'S11' is not a class"),
        (TRAIN, "S3 spoof", "S3 human", r"cm_train.trn:3: method 'S3' does not go with 'human'"),
        (
            MALE,
            "D1,D1_",
            "D3,D1_",
            r"ASV_male_enrolment.ndx:1: speaker 'D3' is in the lists of two genders",
        ),
    ],
)
def test_damage(corpus, file, old, new, message):
    replace_text(corpus / file, old, new)
    with pytest.raises(DataError, match=message):
        listed("asvspoof2015", corpus)


@pytest.mark.parametrize("file", [TRAIN, MALE])
def test_a_missing_protocol(corpus, file):
    (corpus / file).unlink()
    with pytest.raises(DataError, match=rf"has no {file} and no {file}.txt"):
        listed("asvspoof2015", corpus)
