import pytest
from pydantic import ValidationError

from harness_demo.parameters import RenderParameters


def test_defaults():
    assert RenderParameters().model_dump() == {
        "n_clips": 480,
        "seed": 0,
        "snr_db": (5.0, 25.0),
        "sample_rate": 16000,
        "clip_s": 1.0,
    }


@pytest.mark.parametrize("snr_db", [[25, 5], [float("nan"), 5], [0, float("inf")], [5]])
def test_snr_is_an_ordered_finite_range(snr_db):
    with pytest.raises(ValidationError, match="snr_db"):
        RenderParameters(snr_db=snr_db)


@pytest.mark.parametrize(
    "wrong", [{"n_clips": 0}, {"clip_s": 1.5}, {"clip_s": 0.1}, {"sample_rate": 4000}, {"noise": 3}]
)
def test_ranges_and_unknown_names(wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        RenderParameters(**wrong)
