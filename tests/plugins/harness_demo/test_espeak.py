import os

import numpy as np
import pytest

from harness.api import PluginError
from harness_demo.espeak import Espeak

pytest.importorskip("espeakng_loader")


@pytest.fixture
def espeak():
    with Espeak() as running:
        yield running


def say(espeak, voice="en+f3", text="seven", rate=160, pitch=50, seed=1):
    return espeak.speak(voice, text, rate=rate, pitch=pitch, pitch_range=50, seed=seed)


def test_an_utterance_is_audible_and_as_long_as_a_word(espeak):
    samples, rate = say(espeak)
    assert rate == 22050
    assert 0.2 < len(samples) / rate < 0.8
    assert 0.02 < np.sqrt(np.mean(samples**2)) < 0.5


def test_same_request_same_samples_whatever_was_said_before(espeak):
    first, _ = say(espeak)
    for text in ("one", "two"):
        say(espeak, "de+m1", text)
    again, _ = say(espeak)
    with Espeak() as fresh:
        elsewhere, _ = say(fresh)
    assert np.array_equal(first, again)
    assert np.array_equal(first, elsewhere)


def test_every_argument_matters(espeak):
    plain, _ = say(espeak)
    for change in ({"voice": "en+m1"}, {"text": "six"}, {"rate": 120}, {"pitch": 70}, {"seed": 2}):
        changed, _ = say(espeak, **change)
        assert not np.array_equal(plain, changed), change


def test_slower_is_longer(espeak):
    assert len(say(espeak, rate=110)[0]) > 1.3 * len(say(espeak, rate=200)[0])


def test_unknown_language_is_an_error_and_the_process_goes_on(espeak):
    with pytest.raises(PluginError, match=r"'seven' as 'xx\+f3'.*espeak_SetVoiceByName returned"):
        say(espeak, voice="xx+f3")
    assert len(say(espeak)[0])


def test_unknown_variant_is_an_error():
    espeak = Espeak()
    espeak.check_variants(["f1", "m3"])
    with pytest.raises(PluginError, match="no voice variant 'f99'"):
        espeak.check_variants(["f1", "f99"])


def test_process_that_cannot_start_says_why(tmp_path):
    espeak = Espeak()
    espeak.library = tmp_path / "none.so"
    with espeak, pytest.raises(PluginError, match=r"process ended: .*none\.so"):
        say(espeak)


def test_speaks_only_inside_its_block():
    with pytest.raises(RuntimeError, match="with"):
        say(Espeak())


def test_a_system_without_fork_is_told(monkeypatch):
    monkeypatch.delattr(os, "fork")
    with pytest.raises(PluginError, match=r"needs os\.fork"):
        Espeak()
