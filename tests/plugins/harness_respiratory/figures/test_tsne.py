"""The command that draws t-SNE, on a network that is made here in place of a study's."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from harness.api import DataError
from harness_respiratory.figures import tsne
from harness_respiratory.figures.embeddings import embeddings_of


class Network:
    """Twelve clips of data set ``d``, clip ``i`` with ``1 + i % 2`` windows, whose embedding is their features."""

    tasks = ("d/kind",)

    def __init__(self):
        self.counts = 1 + np.arange(12) % 2
        self.rows = torch.randn(int(self.counts.sum()), 1, 2, 3, generator=torch.Generator().manual_seed(0))

    def clips(self, part, task):
        assert (part, task) == ("test", "d/kind")
        return [f"clip{i}" for i in range(12)]

    def labels(self, clips, task):
        return ["odd" if int(clip[4:]) % 2 else "even" for clip in clips]

    def windows(self, clips, dataset):
        assert dataset == "d"
        return self.counts

    def features(self, clips, dataset):
        return self.rows

    def embed(self, x, dataset):
        assert len(x) <= 64
        return x.flatten(1)


def test_windows_of_a_clip_are_averaged():
    network = Network()
    found = embeddings_of(network, network.clips("test", "d/kind"), dataset="d", batch_size=5)
    flat = network.rows.flatten(1).double().numpy()
    assert found.shape == (12, 6)
    np.testing.assert_allclose(found[:3], [flat[0], flat[1:3].mean(0), flat[3]])
    np.testing.assert_allclose(found[11], flat[16:].mean(0))
    with pytest.raises(DataError, match="no clips to embed"):
        embeddings_of(network, [], dataset="d")


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_file_and_the_number(tmp_path, monkeypatch, capsys, suffix):
    monkeypatch.setattr(tsne, "load_network", lambda study, run, task=None: Network())
    file = tmp_path / "deep" / f"figure.{suffix}"
    assert tsne.main([str(tmp_path), "--run", "r1", "--out", str(file)]) == 0
    assert file.stat().st_size > 1000
    told = capsys.readouterr().out
    assert f"d/kind, test, 12 clips: {file}" in told
    network = Network()
    clips = network.clips("test", "d/kind")
    number = tsne.project(
        embeddings_of(network, clips, dataset="d"), network.labels(clips, "")
    ).embedding_silhouette
    assert f"silhouette of the embeddings: {number:.4f}" in told


def test_a_directory_that_is_no_study_is_told(tmp_path, capsys):
    assert tsne.main([str(tmp_path), "--run", "r1"]) == 1
    assert str(tmp_path) in capsys.readouterr().err


def test_help(capsys):
    with pytest.raises(SystemExit, match="0"):
        tsne.main(["--help"])
    assert "silhouette" in capsys.readouterr().out
