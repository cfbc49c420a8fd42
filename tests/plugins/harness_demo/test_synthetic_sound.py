import numpy as np

from harness_demo.synthetic_sound import chord, partials_hz


def test_partials_are_equally_spaced_in_mel():
    hz = partials_hz(12)
    np.testing.assert_allclose(hz[[0, -1]], [150, 3600], rtol=1e-12)
    np.testing.assert_allclose(np.diff(np.log1p(hz / 700), 2), 0, atol=1e-12)


def test_a_factor_is_the_level_of_its_partial():
    levels = []
    for third in (0.0, 1.0, 2.0, 9.0):
        factors = np.zeros(12)
        factors[2] = third
        random = np.random.RandomState(1)
        power = np.abs(np.fft.rfft(chord(factors, length_s=1.0, sample_rate=8000, random=random))) ** 2
        low, high = (round(partials_hz(12)[2] * r) for r in (0.95, 1.05))
        levels.append(10 * np.log10(power[low:high].sum()))
    # the neighbours' skirts are what is left: a tenth of a dB; 9 is cut off at 3
    np.testing.assert_allclose(np.diff(levels), [6, 6, 6], atol=0.1)


def test_same_random_numbers_same_sound():
    sounds = [
        chord(np.ones(12), length_s=0.25, sample_rate=8000, random=np.random.RandomState(seed))
        for seed in (3, 3, 4)
    ]
    assert np.array_equal(sounds[0], sounds[1])
    assert not np.array_equal(sounds[0], sounds[2])
    assert sounds[0].shape == (2000,)
