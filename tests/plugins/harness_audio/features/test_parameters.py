"""Parameters are checked against each other, and say what is allowed."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from harness_audio.features.parameters import LogbankSummaryParameters, LogMelParameters, MfccParameters


def test_times_become_samples():
    parameters = LogMelParameters(sample_rate=8000)
    assert (parameters.window_samples, parameters.hop_samples, parameters.fft_samples) == (200, 80, 256)


def test_samples_replace_times():
    parameters = LogMelParameters(win_length=512, hop_length=100, n_fft=1000)
    assert (parameters.window_samples, parameters.hop_samples, parameters.fft_samples) == (512, 100, 1000)


def test_a_window_of_a_power_of_two_is_its_own_transform():
    assert LogMelParameters(win_length=512).fft_samples == 512


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"f_max": 9000}, "f_max 9000 Hz is above the Nyquist frequency 8000 Hz"),
        ({"f_min": 4000, "f_max": 3000}, "f_min 4000 Hz must be below f_max 3000 Hz"),
        ({"n_mels": 200}, "n_mels 200 is too large: a filter from"),
        ({"n_fft": 256}, "n_fft 256 is shorter than the window of 400 samples.*400 or more"),
        ({"win_length": 0}, "greater than 0"),
        ({"n_mel": 40}, "Extra inputs are not permitted"),
        ({"mel_scale": "bark"}, "'slaney' or 'htk'"),
    ],
)
def test_log_mel_refuses(values, message):
    with pytest.raises(ValidationError, match=message):
        LogMelParameters(**values)


def test_largest_number_of_filters_is_named_and_fits():
    with pytest.raises(ValidationError, match=r"at most (\d+) filters fit") as caught:
        LogMelParameters(n_mels=200)
    largest = int(str(caught.value).split("at most ")[1].split()[0])
    assert LogMelParameters(n_mels=largest).n_mels == largest
    with pytest.raises(ValidationError):
        LogMelParameters(n_mels=largest + 1)


def test_mfcc_refuses_more_coefficients_than_filters():
    with pytest.raises(ValidationError, match="n_mfcc 41 is more than n_mels 40"):
        MfccParameters(n_mfcc=41)


def test_logbank_names_its_filters_and_its_window():
    with pytest.raises(ValidationError, match="n_fft 512 is shorter than the window of 662 samples"):
        LogbankSummaryParameters(sample_rate=22050)
    with pytest.raises(ValidationError, match="n_filters 200 is too large"):
        LogbankSummaryParameters(n_filters=200)


@pytest.mark.parametrize("model", [LogMelParameters, MfccParameters, LogbankSummaryParameters])
def test_a_dump_can_be_read_again(model):
    assert model(**model().model_dump(mode="json")) == model()
