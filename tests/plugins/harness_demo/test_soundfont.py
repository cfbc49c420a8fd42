import librosa
import numpy as np
import pytest

from harness.api import PluginError
from harness_demo.soundfont import SoundFont

pytest.importorskip("midirenderer")
pytest.importorskip("pretty_midi")

VIOLIN, PIANO, ELECTRONIC_KIT = 40, 0, 24


@pytest.fixture(scope="module")
def soundfont():
    return SoundFont()


def pitch(samples, rate):
    held = librosa.resample(samples[rate // 10 : rate // 2], orig_sr=rate, target_sr=16000)
    return np.median(librosa.hz_to_midi(librosa.yin(held, fmin=60, fmax=2000, sr=16000)))


@pytest.mark.parametrize("bend", [-1.5, 0.0, 0.25, 2.0])
def test_key_and_bend_are_the_pitch(soundfont, bend):
    note = soundfont.note(VIOLIN, 60, velocity=100, duration_s=0.6, length_s=0.7, bend_semitones=bend)
    assert pitch(*note) == pytest.approx(60 + bend, abs=0.1)


def test_drums_can_be_bent(soundfont):
    tom = [
        soundfont.note(
            ELECTRONIC_KIT, 45, velocity=100, duration_s=0.5, length_s=0.7, bend_semitones=b, drum=True
        )
        for b in (-1.5, 1.5)
    ]
    assert pitch(*tom[1]) - pitch(*tom[0]) > 2


def test_the_release_is_rendered(soundfont):
    samples, rate = soundfont.note(PIANO, 60, velocity=100, duration_s=0.2, length_s=0.8)
    assert rate == 48000
    assert samples.ndim == 1
    assert len(samples) / rate == pytest.approx(0.8, abs=0.01)
    after = samples[round(0.25 * rate) : round(0.35 * rate)]
    assert np.sqrt(np.mean(after**2)) > 1e-3


def test_same_note_same_samples_whatever_came_before(soundfont):
    first, _ = soundfont.note(PIANO, 60, velocity=100, duration_s=0.2, length_s=0.3)
    soundfont.note(VIOLIN, 72, velocity=50, duration_s=0.2, length_s=0.3)
    again, _ = SoundFont().note(PIANO, 60, velocity=100, duration_s=0.2, length_s=0.3)
    assert np.array_equal(first, again)


def test_missing_soundfont_is_told(monkeypatch, tmp_path):
    import pretty_midi

    monkeypatch.setattr(pretty_midi, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(PluginError, match=r"no SoundFont at .*TimGM6mb.sf2.*mtl-harness\[demo\]"):
        SoundFont()
