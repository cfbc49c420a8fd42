import pytest

from harness.report import words


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0612, "+0.061"), (-0.0612, "−0.061"), (0.0, "0.000"), (-0.0001, "0.000"), (None, "–"),
     (float("nan"), "–"), (12345.6, "+1.235e+04")],
)  # fmt: skip
def test_signed(value, written):
    assert words.signed(value) == written


def test_interval_needs_both_ends():
    assert words.interval(0.02, 0.1) == "[+0.020, +0.100]"
    assert words.interval(-0.02, 0) == "[−0.020, 0.000]"
    assert words.interval(None, 0.1) == ""


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "<.001"), (0.0004, "<.001"), (0.05, ".050"), (1.0, "1.000"), (0.9996, "1.000"), (None, "–")],
)  # fmt: skip
def test_probability(value, written):
    assert words.probability(value) == written


def test_counts_and_listings():
    assert words.count(1, "task") == "1 task"
    assert words.count(1200, "task") == "1,200 tasks"
    assert words.listing([]) == ""
    assert words.listing(["a"]) == "a"
    assert words.listing(["a", "b", "c"], "or") == "a, b or c"


@pytest.mark.parametrize(
    ("seconds", "written"), [(3.21, "3.2 s"), (600, "10.0 min"), (10800, "3.0 h"), (None, "–")]
)
def test_duration(seconds, written):
    assert words.duration(seconds) == written


def test_shortened_keeps_both_ends():
    assert words.shortened("speech/digit", 12) == "speech/digit"
    short = words.shortened("a_very_long_data_set/a_very_long_task", 20)
    assert len(short) == 20
    assert short.startswith("a_very_lo")
    assert short.endswith("long_task")
