from collections import Counter
from itertools import combinations
from typing import ClassVar

import librosa
import numpy as np
import pytest

from harness.testing.dataset import DatasetContract
from harness_demo import harness_datasets
from harness_demo.parameters import RenderParameters
from harness_demo.percussion import KITS, PIECES, Percussion
from harness_demo.soundfont import SoundFont
from tests.plugins.harness_demo.helpers import context, hashes

pytest.importorskip("pretty_midi")
pytest.importorskip("midirenderer")

JAZZ_KIT = 32


def percussion(folder, **parameters):
    return Percussion(RenderParameters(**parameters), context(folder))


class TestPercussionContract(DatasetContract):
    record = next(record for record in harness_datasets() if record.name == "percussion")
    parameters: ClassVar = {"n_clips": 15}


def test_same_bytes_in_another_folder(tmp_path):
    assert hashes(percussion(tmp_path / "a", n_clips=6)) == hashes(percussion(tmp_path / "b", n_clips=6))


def test_every_task_is_balanced(tmp_path):
    plans = percussion(tmp_path).plans()
    assert Counter(p.labels["piece"] for p in plans) == Counter(dict.fromkeys(PIECES, 96))
    assert Counter(p.labels["kit"] for p in plans) == Counter(dict.fromkeys(KITS, 160))


def test_groups_are_sounds_and_every_class_has_enough(tmp_path):
    plans = percussion(tmp_path).plans()
    sounds = {(p.group, *p.sound.values(), p.labels["kit"], p.labels["piece"]) for p in plans}
    assert len(sounds) == len({p.group for p in plans}) == 108
    assert min(Counter(piece for *_, piece in sounds).values()) == 9


def difference_db(one, other):
    """Mean absolute difference of log-mel spectrograms at equal power, floored 30 dB below the peak."""
    spectra = []
    for samples in (one, other):
        scaled = librosa.resample(samples / np.sqrt(np.mean(samples**2)), orig_sr=48000, target_sr=16000)
        mel = librosa.feature.melspectrogram(y=scaled, sr=16000, n_mels=40, n_fft=512, hop_length=256)
        spectra.append(10 * np.log10(mel + 1e-3 * mel.max()))
    return np.mean(np.abs(spectra[0] - spectra[1]))


def test_no_two_kits_have_the_same_sound():
    soundfont = SoundFont()

    def stroke(kit, key):
        return soundfont.note(kit, key, velocity=100, duration_s=0.4, length_s=0.5, drum=True)[0]

    for key in (key for keys in PIECES.values() for key in keys):
        strokes = {kit: stroke(program, key) for kit, program in KITS.items()}
        for one, other in combinations(strokes, 2):
            assert difference_db(strokes[one], strokes[other]) > 0.8, (key, one, other)
    # the measure can tell: the jazz kit is the standard kit
    assert difference_db(stroke(KITS["standard"], 38), stroke(JAZZ_KIT, 38)) < 0.01
