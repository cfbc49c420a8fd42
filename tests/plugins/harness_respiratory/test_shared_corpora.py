"""Coughs and other corpora beside the repository go through the features, as the harness decodes and fits them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from harness.api import DatasetContext
from harness.data.decode import decode, resample
from harness_audio.datasets.folder import Folder
from harness_audio.datasets.parameters import FolderParameters
from harness_respiratory.components_data import FEATURES

DATA = Path(__file__).parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no corpora at {DATA}")


def batch(corpus: str, task: str, samples: int) -> torch.Tensor:
    """Return four clips of a corpus at 4 kHz, each repeated to ``samples``."""
    folder = Folder(
        FolderParameters(path=corpus, tasks={task: "multiclass"}), DatasetContext(root=DATA, cache_dir=DATA)
    )
    waves = []
    for clip in list(folder.clips())[:40:10]:
        decoded = decode(clip)
        wave = torch.from_numpy(resample(decoded.samples, decoded.sample_rate, 4000))
        waves.append(wave.repeat(-(-samples // len(wave)))[:samples])
    return torch.stack(waves)


@pytest.mark.parametrize(("corpus", "task"), [("cough_covid", "covid19"), ("esc10", "sound")])
@pytest.mark.parametrize("record", FEATURES, ids=lambda record: record.name)
def test_real_sound_gives_finite_spectrograms_that_differ(record, corpus, task):
    if not (DATA / corpus).is_dir():
        pytest.skip(f"no {corpus} at {DATA}")
    parameters = record.parameters(bins=32, frames=155)
    features = record.build(parameters)(batch(corpus, task, parameters.samples))
    assert features.shape == (4, 1, 32, 155)
    assert torch.isfinite(features).all()
    assert (features >= 0).all()
    assert (features.flatten(1).std(dim=1) > 0).all()
    assert torch.pdist(features.flatten(1)).min() > 0
