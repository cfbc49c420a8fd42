"""dcase2017_scenes: meta.txt and the four official folds."""

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

#: Two segments of each original recording, one recording a fold.
RECORDINGS = {"b020": "beach", "a001": "tram", "a002": "beach", "b121": "cafe/restaurant"}
FOLD_1 = "evaluation_setup/fold1_test.txt"


def tree(directory):
    meta = []
    for fold, (recording, scene) in enumerate(RECORDINGS.items(), start=1):
        files = [f"audio/{recording}_{times}.wav" for times in ("0_10", "90_100")]
        for file in files:
            write_wav(directory / file)
            meta.append(f"{file}\t{scene}\t{recording}\n")
        test = "".join(f"{file}\n" for file in files)
        evaluate = "".join(f"{file}\t{scene}\n" for file in files)
        write_text(directory / f"evaluation_setup/fold{fold}_test.txt", test)
        write_text(directory / f"evaluation_setup/fold{fold}_evaluate.txt", evaluate)
    write_text(directory / "meta.txt", "".join(meta))


class TestContract(TreeContract):
    record = BY_NAME["dcase2017_scenes"]
    tree = staticmethod(tree)


@pytest.fixture
def corpus(tmp_path):
    tree(tmp_path / "scenes")
    return tmp_path / "scenes"


def test_clips(corpus):
    (task,) = build("dcase2017_scenes", corpus).tasks
    assert (task.kind, len(task.classes)) == ("multiclass", 15)
    clips = listed("dcase2017_scenes", corpus)
    assert len(clips) == 8
    clip = clips["audio/b121_90_100.wav"]
    assert (clip.labels, clip.group, clip.fold) == ({"scene": "cafe/restaurant"}, "b121", "4")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("meta.txt", "\tbeach\t", "\tbeech\t", r"meta.txt:1: scene 'beech' is not a class \(did you mean"),
        ("meta.txt", "\tbeach\t", " beach ", r"meta.txt:1: 1 values, 3 are expected: file, scene, recording"),
        ("meta.txt", "audio/b020_0", "audio/../b020_0", r"fold1_test.txt:1: .* is no recording"),
        (
            FOLD_1,
            "audio/b020_0_10.wav\n",
            "",
            r"evaluation_setup: 'audio/b020_0_10.wav' is a test file of no",
        ),
        (FOLD_1, "b020_0_10", "b020_5_15", r"fold1_test.txt:1: 'audio/b020_5_15.wav' is no recording of"),
        (FOLD_1, "b020_0_10", "a001_0_10", r"fold2_test.txt:1: 'audio/a001_0_10.wav' is in fold 1 too"),
    ],
)
def test_damage(corpus, file, old, new, message):
    replace_text(corpus / file, old, new)
    with pytest.raises(DataError, match=message):
        listed("dcase2017_scenes", corpus)


def test_a_missing_file_is_named(corpus):
    (corpus / "audio/a001_90_100.wav").unlink()
    with pytest.raises(DataError, match=r"meta.txt:4: file 'audio/a001_90_100.wav' is not in"):
        listed("dcase2017_scenes", corpus)


def test_a_file_outside(corpus):
    for name in ("meta.txt", FOLD_1):
        replace_text(corpus / name, "audio/b020_0_10.wav", "../b020_0_10.wav")
    with pytest.raises(DataError, match=r"meta.txt:1: file '../b020_0_10.wav' must be a path inside"):
        listed("dcase2017_scenes", corpus)


def test_a_missing_list(corpus):
    (corpus / "evaluation_setup/fold3_test.txt").unlink()
    with pytest.raises(DataError, match=r"cannot read .*fold3_test.txt: No such file"):
        listed("dcase2017_scenes", corpus)
