"""dcase2017_events: annotations become labels of segments."""

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

EVENTS = {
    "a001": "0,250000\t1,100000\tcar\n2,000000\t2,900000\tpeople walking\n",
    "a003": "0.0\t3.5\tcar\n1.0\t2.0\tbrakes squeaking\n",
    "b007": "1.2\t1.3\tchildren\n",
    "b093": "",
}
ANN = "meta/street/a003.ann"


def tree(directory):
    for fold, (recording, text) in enumerate(EVENTS.items(), start=1):
        file = f"audio/street/{recording}.wav"
        write_wav(directory / file, seconds=3.5, sample_rate=1000)
        write_text(directory / f"meta/street/{recording}.ann", text)
        write_text(directory / f"evaluation_setup/street_fold{fold}_test.txt", f"{file}\tstreet\n")


class TestContract(TreeContract):
    record = BY_NAME["dcase2017_events"]
    tree = staticmethod(tree)


@pytest.fixture
def corpus(tmp_path):
    tree(tmp_path / "events")
    return tmp_path / "events"


def labels(clips, recording):
    return [clip.labels["event"] for clip in clips.values() if clip.group == recording]


def test_segments_of_one_second(corpus):
    (task,) = build("dcase2017_events", corpus).tasks
    assert (task.kind, len(task.classes)) == ("multilabel", 6)
    clips = listed("dcase2017_events", corpus)
    assert len(clips) == 4 * 3
    assert labels(clips, "a001") == [("car",), ("car",), ("people walking",)]
    assert labels(clips, "a003") == [("car",), ("brakes squeaking", "car"), ("car",)]
    assert labels(clips, "b007") == [(), ("children",), ()]
    assert labels(clips, "b093") == [(), (), ()]
    clip = clips["audio/street/a003.wav#1-2"]
    assert (clip.start_s, clip.end_s, clip.group, clip.fold) == (1.0, 2.0, "a003", "2")


def test_other_lengths(corpus):
    clips = listed("dcase2017_events", corpus, segment_s=0.5)
    assert len(clips) == 4 * 7
    assert labels(clips, "b007") == [(), (), ("children",), (), (), (), ()]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (ANN, "\tcar", "\tcra", r"a003.ann:1: event 'cra' is not a class \(did you mean 'car'\?\)"),
        (ANN, "0.0\t3.5", "0.0 3.5", r"a003.ann:1: 2 values, 3 are expected: onset, offset, event"),
        (ANN, "0.0\t", "soon\t", r"a003.ann:1: onset 'soon' is not a number, 0 or more"),
        (ANN, "0.0\t", "-1\t", r"a003.ann:1: onset '-1' is not a number, 0 or more"),
        (ANN, "1.0\t2.0", "2.5\t2.0", r"a003.ann:2: offset 2 s is before the onset 2.5 s"),
        (
            "evaluation_setup/street_fold2_test.txt",
            "a003",
            "a004",
            r"street_fold2_test.txt:1: .* no recording",
        ),
    ],
)
def test_damage(corpus, file, old, new, message):
    replace_text(corpus / file, old, new)
    with pytest.raises(DataError, match=message):
        listed("dcase2017_events", corpus)


def test_a_recording_without_annotation_and_the_reverse(corpus):
    (corpus / ANN).unlink()
    with pytest.raises(DataError, match=r"cannot read .*a003.ann"):
        listed("dcase2017_events", corpus)
    write_text(corpus / ANN, EVENTS["a003"])
    (corpus / "audio/street/b093.wav").unlink()
    with pytest.raises(DataError, match=r"b093.ann: file 'audio/street/b093.wav' is not in"):
        listed("dcase2017_events", corpus)


def test_what_is_no_audio_is_named(corpus):
    (corpus / "audio/street/a003.wav").write_bytes(b"not a recording")
    with pytest.raises(DataError, match=r"cannot read .*a003.wav"):
        listed("dcase2017_events", corpus)
