"""What is looked at in one clip."""

import numpy as np
import pytest
import soundfile

from harness.corpora.inspect import ClipFacts, clipped_samples, inspect_clip
from harness.data.stretch import Stretch


@pytest.mark.parametrize(
    ("samples", "clipped"),
    [
        ([0.1, 1.0, 0.1], 0),
        ([1.0, 1.0, 0.5], 0),
        ([1.0, 1.0, 1.0], 3),
        ([0.0, 1.0, 1.0, 1.0, 0.0, -1.0, -1.0, -1.0, -1.0], 7),
        ([0.9985] * 5, 0),
        ([32767 / 32768] * 4, 4),
    ],
)
def test_a_peak_is_cut_off_where_three_samples_in_a_row_are_at_full_scale(samples, clipped) -> None:
    assert clipped_samples(np.array(samples, dtype="float32")) == clipped


def test_only_a_clips_own_stretch_is_looked_at(tmp_path) -> None:
    samples = np.full((8000, 2), 0.1)
    samples[4000:4010, 1] = 1.0
    path = str(tmp_path / "a.wav")
    soundfile.write(path, samples, 8000)

    def facts(start_s: float | None, end_s: float | None) -> ClipFacts:
        found = inspect_clip(Stretch(path, start_s, end_s, None, None), silence_db=-80)
        assert isinstance(found, ClipFacts)
        return found

    assert (facts(None, None).clipped, facts(None, None).channels) == (10, 2)
    assert facts(0.0, 0.5).clipped == 0
    assert facts(0.5, None).clipped == 10
    assert facts(0.25, 0.75).duration_s == 0.5


def test_samples_in_memory_have_their_channels() -> None:
    samples = np.full((800, 2), 0.1, dtype="float32")
    found = inspect_clip(Stretch(None, None, None, samples, 8000), silence_db=-80)
    assert isinstance(found, ClipFacts)
    assert (found.channels, found.duration_s, found.sample_rate) == (2, 0.1, 8000)
    assert inspect_clip(Stretch(None, None, None, 0 * samples, 8000), silence_db=-80).startswith("silent")
