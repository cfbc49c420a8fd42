import numpy as np
import pytest

from harness.api import DataError
from harness_demo.mix import active_part, mix

RATE = 16000


def tone(seconds=0.5, hz=1000.0, rate=RATE):
    return 0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def mixed(sound, rate=RATE, seed=0, snr_db=(10.0, 10.0), clip_s=1.0):
    random = np.random.RandomState(seed)
    return mix(sound, rate, sample_rate=RATE, clip_s=clip_s, snr_db=snr_db, random=random)


@pytest.mark.parametrize("seconds", [0.05, 0.5, 1.0, 1.7])
def test_length_type_and_level(seconds):
    clip = mixed(tone(seconds))
    assert clip.shape == (RATE,)
    assert clip.dtype == np.int16
    peak_db = 20 * np.log10(np.abs(clip.astype(float)).max() / 32767)
    assert -15.01 <= peak_db <= -0.99


@pytest.mark.parametrize("snr", [0.0, 10.0, 30.0])
def test_noise_has_the_stated_level(snr):
    sound = tone(1.0)
    clip = mixed(sound, snr_db=(snr, snr)).astype(float)
    # the sound fills the clip, so it starts at 0: project it out, and what is left is noise
    scale = clip @ sound / (sound @ sound)
    noise = clip - scale * sound
    measured = 10 * np.log10(np.mean((scale * sound) ** 2) / np.mean(noise**2))
    assert measured == pytest.approx(snr, abs=0.2)


def test_level_of_a_short_sound_is_that_of_its_active_part():
    short = np.concatenate([tone(0.1), np.zeros(round(0.9 * RATE))])
    end, power = active_part(short, RATE)
    assert end == 0.1 * RATE
    assert power == pytest.approx(0.3**2 / 2, rel=1e-3)


def test_starts_late_only_where_the_sound_still_fits():
    clean = {"snr_db": (60.0, 60.0)}
    starts = [np.flatnonzero(np.abs(mixed(tone(0.5), seed=s, **clean)) > 1000)[0] / RATE for s in range(20)]
    assert min(starts) < 0.03
    assert 0.1 < max(starts) <= 0.151
    tailed = np.concatenate([tone(0.5), 1e-3 * tone(0.5)])
    starts = [np.flatnonzero(np.abs(mixed(tailed, seed=s, **clean)) > 1000)[0] / RATE for s in range(20)]
    assert max(starts) > 0.1
    whole = [np.flatnonzero(np.abs(mixed(tone(1.0), seed=s, **clean)) > 1000)[0] / RATE for s in range(5)]
    assert max(whole) < 0.002


def test_resampling_keeps_the_frequency():
    clip = mixed(tone(1.0, hz=1000, rate=48000), rate=48000, snr_db=(40.0, 40.0))
    assert np.abs(np.fft.rfft(clip)).argmax() == pytest.approx(1000, abs=1)


def test_silence_is_an_error():
    with pytest.raises(DataError, match=r"silent in its first 1\.0 s"):
        mixed(np.zeros(RATE // 2))


def test_nothing_at_all_is_an_error():
    with pytest.raises(DataError, match="silent"):
        mixed(np.zeros(0))
