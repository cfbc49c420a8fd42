"""Each fault of a corpus is found, and nothing is found where there is none."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from pandas.testing import assert_frame_equal

from harness.corpora.check import Checked, check_study
from harness.corpora.scan import scan
from harness.corpora.target import study_of
from harness.data.catalog import prepare_catalog
from harness.plugins import load_registry
from tests.corpora.conftest import Corpus, tone
from tests.data.helpers import LETTER, ListDataset, Options, registered, tone_clips


def check(corpus: Corpus, *params: str, **changes) -> Checked:
    registry = load_registry()
    config = study_of(
        "folder", params=[*corpus.params, *params], overrides=(), data_root=None, registry=registry
    )
    if changes:
        config = config.model_copy(update=changes)
    (checked,) = check_study(config, registry)
    return checked


def levels(checked: Checked) -> dict[str, str]:
    return {finding.check: finding.level for finding in checked.findings if finding.level != "fine"}


def found(checked: Checked, name: str):
    (finding,) = [finding for finding in checked.findings if finding.check == name]
    return finding


def test_nothing_is_wrong_with_a_good_corpus(corpus) -> None:
    checked = check(corpus)
    assert levels(checked) == {}
    assert (checked.facts["clips"], checked.facts["usable_clips"], checked.facts["groups"]) == (12, 12, 6)
    assert checked.facts["median_duration_s"] == pytest.approx(0.2)
    assert checked.facts["sample_rates_hz"] == {"8000": 12}
    assert checked.labels["kind"] == [
        {"label": "owl", "clips": 6, "groups": 6, "split test": 2, "split train": 4},
        {"label": "wren", "clips": 6, "groups": 6, "split test": 2, "split train": 4},
    ]


def test_the_splits_are_those_that_a_study_makes(corpus) -> None:
    text = found(check(corpus), "splits of kind").found
    assert text.startswith("generated: 3 × train/validation/test clips ")
    sizes = [[int(n) for n in fold.split("/")] for fold in text.rpartition("clips ")[2].split(", ")]
    assert [sum(fold) for fold in sizes] == [12, 12, 12]
    assert sum(fold[2] for fold in sizes) == 12


def test_the_catalog_is_the_one_that_a_study_makes(tmp_path) -> None:
    """So are its splits: they depend on the clips and their audio alone."""
    dataset = ListDataset(tone_clips(12), (LETTER,))
    ours = scan("s", dataset, silence_db=-80).catalog
    options = Options(tmp_path / "cache")
    theirs = prepare_catalog("s", registered(dataset), {}, root=None, options=options)
    assert ours.audio_fingerprint == theirs.audio_fingerprint
    columns = ["clip", "content_hash", "group", "label:letter"]
    assert_frame_equal(ours.frame[columns], theirs.frame[columns], check_dtype=False)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("missing file", lambda path: path.unlink()),
        ("empty", lambda path: path.write_bytes(b"")),
        ("corrupt", lambda path: path.write_bytes(b"RIFF no sound at all")),
        ("silent", lambda path: soundfile.write(path, np.zeros(800), 8000)),
        ("non-finite", lambda path: soundfile.write(path, np.full(800, np.nan), 8000, subtype="FLOAT")),
    ],
)
def test_a_clip_that_cannot_be_used_is_named(corpus, name, write) -> None:
    write(corpus.folder / "03.wav")
    finding = found(check(corpus), name)
    assert (finding.level, finding.clips) == ("error", ("03.wav",))  # one of twelve is more than 5 %
    assert finding.advice


def test_few_bad_clips_are_a_warning(corpus) -> None:
    for i in range(12, 24):
        corpus.add(f"{i}.wav", ("owl", "wren")[i % 2], f"g{i // 2}", "train")
    (corpus.folder / "03.wav").unlink()
    checked = check(corpus)
    assert levels(checked) == {"missing file": "warning"}
    assert checked.facts["usable_clips"] == 23


def test_cut_off_peaks_are_found_in_any_channel(corpus) -> None:
    loud = np.clip(5 * tone(99), -1, 1)
    corpus.add("loud.wav", "owl", "g6", "train", samples=np.stack([tone(98), loud], axis=1))
    checked = check(corpus)
    assert found(checked, "clipping").clips == ("loud.wav",)
    assert checked.facts["channels"] == {"1": 12, "2": 1}


def test_the_same_audio_twice_is_told_with_where_it_leaks(corpus) -> None:
    corpus.add("copy.wav", "owl", "g0", "train", samples=tone(0))
    assert levels(check(corpus)) == {"duplicates": "warning"}
    corpus.add("leak.wav", "wren", "g5", "test", samples=tone(0))
    checked = check(corpus)
    assert levels(checked) == {
        "duplicates": "warning",
        "duplicates across groups": "warning",
        "duplicates across official splits": "warning",
        "duplicates across labels of task kind": "warning",
    }
    assert set(found(checked, "duplicates across groups").clips) == {"00.wav", "copy.wav", "leak.wav"}


def test_a_group_on_both_sides_of_the_official_split_is_told(corpus) -> None:
    corpus.add("more.wav", "owl", "g0", "test")
    finding = found(check(corpus), "official split")
    assert finding.level == "warning"
    assert "1 of 6 groups are in more than one of them" in finding.found


def test_missing_groups_and_labels_are_told(corpus) -> None:
    corpus.add("alone.wav", "", "", "train")
    checked = check(corpus)
    assert found(checked, "groups").clips == ("alone.wav",)
    assert found(checked, "labels of kind").clips == ("alone.wav",)
    assert set(levels(checked).values()) == {"warning"}


def test_no_groups_at_all_is_a_warning(corpus) -> None:
    assert found(check(corpus, "group=null"), "groups").found == "no clip has a group"


def test_a_class_of_too_few_groups_is_an_error(corpus) -> None:
    for i in range(3):
        corpus.add(f"rare{i}.wav", "kiwi", "g9", "train")
    finding = found(check(corpus), "splits of kind")
    assert finding.level == "error"
    assert "class 'kiwi' is in 1 group(s)" in finding.found


def test_a_rate_below_what_a_feature_asks_is_told(corpus, tmp_path) -> None:
    study = tmp_path / "s.yaml"
    study.write_text(
        f"study: s\ndatasets:\n  - {{use: folder, path: {corpus.folder}, tasks: {{kind: multiclass}}}}\n"
        "tasks: [folder/kind]\nfeatures: [{name: log_mel, sample_rate: 16000, clip_s: 0.2}]\n"
    )
    registry = load_registry()
    config = study_of(str(study), params=(), overrides=(), data_root=None, registry=registry)
    (checked,) = check_study(config, registry)
    finding = found(checked, "sample rate")
    assert finding.level == "warning"
    assert "asks for 16000 Hz, with 12 clips below" in finding.found


def test_several_rates_are_told(corpus) -> None:
    corpus.add("other.wav", "owl", "g0", "train", rate=16000)
    assert found(check(corpus), "sample rate").found == "8000 Hz (12 clips), 16000 Hz (1 clip)"


def test_what_cannot_be_read_is_an_error_with_its_place(corpus) -> None:
    corpus.row("../evil.wav", "owl", "g0")
    finding = found(check(corpus), "reading")
    assert finding.level == "error"
    assert "labels.csv:14" in finding.found
