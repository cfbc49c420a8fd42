"""audioset: lists of segments, names of labels, and audio files that may be missing."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

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

TRAIN, TEST, LABELS = "balanced_train_segments.csv", "eval_segments.csv", "class_labels_indices.csv"
HEADER = (
    "# Segments csv created Sun Mar  5 10:54:31 2017\n# num_ytids=3\n"
    "# YTID, start_seconds, end_seconds, positive_labels\n"
)


def tree(directory):
    write_text(
        directory / LABELS,
        'index,mid,display_name\n0,/m/09x0r,"Speech"\n1,/m/05zppz,"Male speech, man speaking"\n'
        '2,/m/0bt9lr,"Dog"\n3,/t/dd00088,"Gush"\n',
    )
    write_text(
        directory / TRAIN,
        HEADER
        + '--PJHxphWEs, 30.000, 40.000, "/m/09x0r,/t/dd00088"\n-0DdlOuIFUI, 0.000, 10.000, "/m/0bt9lr"\n',
    )
    write_text(directory / TEST, HEADER + '-4gqARaEJE, 0.500, 10.000, "/m/0bt9lr,/m/09x0r"\n')
    write_wav(directory / "audio/balanced_train_segments/Y--PJHxphWEs.wav")
    write_wav(directory / "audio/-0DdlOuIFUI_0_10.wav")
    write_wav(directory / "audio/-4gqARaEJE_500_10000.wav")


class TestContract(TreeContract):
    record = BY_NAME["audioset"]
    tree = staticmethod(tree)


@pytest.fixture
def corpus(tmp_path):
    tree(tmp_path / "audioset")
    return tmp_path / "audioset"


def test_clips(corpus):
    (task,) = build("audioset", corpus).tasks
    assert (task.kind, task.classes) == ("multilabel", ("Speech", "Dog", "Gush"))
    clips = listed("audioset", corpus)
    assert [(clip.labels["sound"], clip.group, clip.split) for clip in clips.values()] == [
        (("Speech", "Gush"), "--PJHxphWEs", "train"),
        (("Dog",), "-0DdlOuIFUI", "train"),
        (("Dog", "Speech"), "-4gqARaEJE", "test"),
    ]
    assert list(clips)[2] == "audio/-4gqARaEJE_500_10000.wav"


def test_chosen_classes_leave_others_out(corpus):
    data = build("audioset", corpus, classes=("Gush", "Speech"))
    assert data.tasks[0].classes == ("Gush", "Speech")
    assert [clip.labels["sound"] for clip in data.clips()] == [("Speech", "Gush"), ("Speech",)]
    with pytest.raises(DataError, match=r"label 'Gusch' is not a class \(did you mean 'Gush'\?\)"):
        build("audioset", corpus, classes=("Gusch",))


def test_excluded_labels_take_their_clips_with_them(corpus):
    data = build("audioset", corpus, exclude_labels={"sound": ("Gush",)})
    assert data.tasks[0].classes == ("Speech", "Dog")
    assert len(list(data.clips())) == 2


def test_a_segment_without_audio(corpus):
    (corpus / "audio/-0DdlOuIFUI_0_10.wav").unlink()
    with pytest.raises(
        DataError, match=r"balanced_train_segments.csv:5: no audio file of '-0DdlOuIFUI' in .*missing: skip"
    ):
        listed("audioset", corpus)
    assert len(listed("audioset", corpus, missing="skip")) == 2


def test_lists_switched_off(corpus):
    assert len(listed("audioset", corpus, test=None)) == 2
    with pytest.raises(DataError, match="train and test are both null"):
        build("audioset", corpus, train=None, test=None)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (TRAIN, "/t/dd00088", "/t/dd0008", r"train_segments.csv:4: label '/t/dd0008' is not in the table of"),
        (TRAIN, "30.000, ", "", r"train_segments.csv:4: 3 values for 4 columns: YTID"),
        (TRAIN, "30.000", "soon", r"train_segments.csv:4: start_seconds 'soon' is not a number"),
        (TRAIN, "30.000", "50.000", r"train_segments.csv:4: end_seconds 40 is not after start_seconds 50"),
        (TRAIN, "--PJHxphWEs", "../x", r"train_segments.csv:4: file .* must be a path inside"),
        (LABELS, "display_name", "name", r"class_labels_indices.csv: audioset: no column 'display_name'"),
    ],
)
def test_damage(corpus, file, old, new, message):
    replace_text(corpus / file, old, new)
    with pytest.raises(DataError, match=message):
        listed("audioset", corpus)


def test_a_missing_list(corpus):
    (corpus / TEST).unlink()
    with pytest.raises(DataError, match=r"cannot read .*eval_segments.csv"):
        build("audioset", corpus)


@pytest.mark.parametrize("name", ["{id}.wav", "audio.wav", "{}.wav"])
def test_names_of_unknown_fields(corpus, name):
    with pytest.raises(
        ValidationError, match=r"names\n.*allowed: \['end', 'end_ms', 'start', 'start_ms', 'ytid'\]"
    ):
        build("audioset", corpus, names=(name,))
