from collections import Counter
from typing import ClassVar

import pytest

from harness.api import PluginError
from harness.testing.dataset import DatasetContract
from harness_demo import harness_datasets
from harness_demo import speech as module
from harness_demo.parameters import RenderParameters
from harness_demo.speech import DIGITS, LANGUAGES, VARIANTS, VOICES, Speech
from tests.plugins.harness_demo.helpers import context, hashes

pytest.importorskip("espeakng_loader")


def speech(folder, **parameters):
    return Speech(RenderParameters(**parameters), context(folder))


class TestSpeechContract(DatasetContract):
    record = next(record for record in harness_datasets() if record.name == "speech")
    parameters: ClassVar = {"n_clips": 20}


def test_same_bytes_in_another_folder_and_in_another_order(tmp_path):
    expected = hashes(speech(tmp_path / "a", n_clips=10))
    other = speech(tmp_path / "b", n_clips=10)
    list(other.clips())
    for index in (0, 1, 2, 5, 9):
        (other.directory / f"{index:05d}.wav").unlink()
    assert hashes(other) == expected


def test_every_task_is_balanced(tmp_path):
    plans = speech(tmp_path).plans()
    assert Counter(p.labels["digit"] for p in plans) == Counter(dict.fromkeys(DIGITS, 48))
    for task, classes in (("voice", tuple(VOICES)), ("language", LANGUAGES)):
        counts = Counter(p.labels[task] for p in plans)
        assert set(counts) == set(classes)
        assert all(abs(count - 120) <= 10 for count in counts.values()), counts


def test_groups_are_voice_variants(tmp_path):
    plans = speech(tmp_path).plans()
    assert {p.group for p in plans} == set(VARIANTS)
    assert all(VARIANTS[p.group] == p.labels["voice"] for p in plans)
    assert all(p.sound["voice"] == f"{p.labels['language']}+{p.group}" for p in plans)
    # every digit and language is said by many voices, so that voices can be kept apart
    for task in ("digit", "language"):
        pairs = {(p.labels[task], p.group) for p in plans}
        assert min(Counter(label for label, _ in pairs).values()) == 20


def test_voices_are_called_what_their_files_say():
    espeak = module.Espeak()
    for variant in (*VOICES["female"], *VOICES["male"]):
        text = (espeak.data / "voices" / "!v" / variant).read_text()
        assert f"gender {VARIANTS[variant]}" in text
    for variant in VOICES["klatt"]:
        text = (espeak.data / "voices" / "!v" / variant).read_text()
        assert "\nklatt " in text


def test_missing_variant_is_told_before_a_word_is_spoken(tmp_path, monkeypatch):
    renamed = {"f9" if variant == "f1" else variant: voice for variant, voice in VARIANTS.items()}
    monkeypatch.setattr(module, "VARIANTS", renamed)
    with pytest.raises(PluginError, match="no voice variant 'f9'"):
        list(speech(tmp_path, n_clips=3).clips())
