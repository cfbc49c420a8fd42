import numpy as np
import pytest

from harness.report.figures.colours import STEPS, diverging, rounded_up


def luminance(colour):
    """Relative luminance, WCAG 2.1."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def test_black_text_is_legible_on_every_step():
    colours, _ = diverging(0.1)
    for step in range(STEPS):
        assert (luminance(colours(step)) + 0.05) / 0.05 > 4.5  # contrast that WCAG AA asks of text


def test_colours_are_centred_at_zero():
    colours, norm = diverging(0.1)
    red, middle, blue = (colours(norm(value)) for value in (-0.1, 0.0, 0.1))
    assert red[0] > red[2]
    assert blue[2] > blue[0]
    assert max(middle[:3]) - min(middle[:3]) < 0.02
    assert norm(-0.05) + norm(0.05) == STEPS - 1


@pytest.mark.parametrize(
    ("value", "limit"),
    [(0.061, 0.07), (0.1, 0.1), (0.11, 0.15), (7.2, 10.0), (0.0, 0.01), (float("nan"), 0.01)],
)
def test_rounded_up(value, limit):
    assert rounded_up(value) == pytest.approx(limit)
